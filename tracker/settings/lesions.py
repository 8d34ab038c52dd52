"""Settings of the lesions stage; every default states its unit and source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionSettings:
    """How foci are found, judged and followed.

    Every default marked *tuned* was chosen on simulated courses (seeds 1000-1999) for at most half a false lesion
    per view; the benchmark ``benchmarks.lesions`` reports on other seeds.

    Parameters
    ----------
    scales_mm : tuple of float
        Standard deviations of the matched filters, millimetres: from the resolution of a gamma camera (about 9 mm
        full width at half maximum) to a vertebral body and a large pelvic lesion.
    find_odds : float
        Log odds of a lesion at which a focus is found, where evidence says so: two such places in five are one. Tuned.
    others_weight : float
        Weight of what the other visits say about a place against what this visit says. Tuned.
    others_least, others_most : float
        Least and most that the other visits may say for a place, log odds: what is new must be found, and is not made
        older than it is. Tuned.
    sure_odds : float
        Log odds from which a focus stays a lesion although it lies at a joint, in the face or beside the labels, and
        from which it settles a doubt of the other view. Tuned.
    mild_sure_odds : float
        Log odds from which a focus stays a lesion although it shows no more than the expectation, where both views of
        the visit were looked at; with one view alone `sure_odds` is asked for. Tuned.
    distal_sure_odds : float
        The same around elbow, wrist, knee and ankle, where metastases are rare, and against a twin on the other side.
        Tuned.
    joint_sure_odds : float
        Log odds from which a focus right at one of these joints stays a lesion. Tuned, and well above what the worn
        knees of a real scan reach (3.3).
    keep_odds : float
        Log odds, as one view shows them, at which a focus known from another view or visit is seen there. Tuned.
    parting_odds : float
        Fall of the log odds between two peaks of one outline, below the lower of them, from which they are two foci.
        Tuned.
    settled_odds : float
        Log odds of a lesion at one visit from which doubts about its kind at the other visits do not count. Tuned.
    find_significance : float
        Peak significance at which a focus is found where there is no evidence, standard deviations. Chosen on the
        shipped studies, with labels and expectation from the whole chain: lower values gave more false foci than true.
    site_significance : float
        Significance at which a physiologic site that a mask names is listed, standard deviations: it is not searched.
    find_contrast : float
        Least excess over the expected counts at the peak, relative. Tuned.
    keep_significance : float
        Significance at which a focus known from another view or visit is still seen there, standard deviations. Tuned.
    background_mm : float
        Standard deviation of the window in which the expectation is scaled to this patient, millimetres: wider than
        a vertebra, narrower than a bone group. Decided.
    misplacement_mm : float
        Misplacement of labels where the alignment states none, millimetres; whole-body registration leaves 2 to 5.
    outline_fraction : float
        Level of the outline between background (0) and peak (1). Half maximum, as for camera resolution (NEMA NU 1).
    smallest_area_mm2 : float
        Smallest outline kept, square millimetres: one resolution element of 5 mm radius.
    largest_area_mm2 : float
        Largest outline of one focus, square millimetres; beyond it the finding is diffuse. Decided.
    touch_mm : float
        Outlines nearer than this touch, millimetres: about half the resolution. Decided.
    pair_mm : float
        Farthest two centres of one lesion may lie apart on the two views, millimetres. Tuned.
    link_mm : float
        Farthest two centres of one lesion may lie apart between visits, millimetres: alignment error and counting
        noise. Tuned.
    farthest_mm : float
        Two outlines whose centres lie farther apart than this are never one lesion, millimetres. Decided.
    gap_mm, ring_mm : float
        Inner and outer width of the ring of surroundings, millimetres: beyond the blur, within the bone group.
    ring_prior_counts : float
        Counts with which a ring that is nearly empty is drawn towards the expectation. Decided.
    neighbour_sd : float
        Standard deviation of the change of one healthy place against its neighbours, relative. Tuned.
    spot_significance : float
        Score from which a peak of the interval change map is listed, standard deviations. Tuned.
    lesion_change_odds : float
        Log odds of a change from which a lesion is listed as changed, where evidence tells lesions. Tuned, for two
        false ones per view.
    repeat_sd : float
        Standard deviation of a focus's uptake between two scans on which nothing changed, relative. NaF PET gives 0.066
        for the mean and 0.141 for the maximum of a lesion (PMC6952054); no figure for planar scans is known.
    change_significance : float
        Difference between visits, in its own standard deviations, from which a lesion is new where its place looked
        healthy before: that says more than the difference alone. Tuned.
    quiet_odds : float
        Log odds below which a place looked quiet at an earlier visit. Tuned.
    quiet_rise : float
        Difference from which a lesion is new where its place looked quiet before, standard deviations. Tuned.
    doubt_odds : float
        Log odds up to which a known lesion was doubtful at every visit: a new one may take its place. Tuned.
    sure_rise : float
        Difference from which a lesion is new although its place looked doubtful before, standard deviations. Tuned.
    site_share : float
        Share of an outline over a physiologic site from which the focus is that site. Decided.
    joint_mm : float
        A focus this near to both bones of a joint lies at it, millimetres. Decided.
    distal_joint_mm : float
        The same for elbow, wrist, knee and ankle, millimetres: the knee's condyles and patella reach that far.
    mirror_share : float
        The other side shows the same where its excess is at least this share of the focus' own. Decided.
    least_excess_ratio : float
        Uptake over the expectation below which what looks like a lesion is doubted. Tuned.
    lone_excess_ratio : float
        The same where the visit has one view only. Tuned, with a real front view in sight.
    twin_off_midline_mm : float
        Distance from the midline beyond which a place and its mirror image are two, millimetres. Tuned.
    twin_least_odds : float
        Log odds of a lesion at the mirrored place from which it is a twin. Tuned.
    twin_odds_step : float
        A twin's log odds are at most this much lower than the focus' own. Tuned.
    face_mm : float
        Reach of the face to either side of the midline, millimetres. Decided.
    face_height_mm : float
        Reach of the face above the mandible, to the root of the nose, millimetres. Decided.
    mild_ratio : float
        Uptake over the expectation below which a focus is mild. Decided.
    least_arm_uptake : float
        Uptake ratio below which nothing in a hand or forearm is listed beside what looks like a lesion. Decided: as
        much as the reference bone takes up.
    linear_ratio : float
        Long over short axis from which a focus is linear. Decided.
    soft_reach_mm : float
        How far bones name the place of a focus outside all bones, millimetres. Decided.
    astride_mm : float
        A focus this near to the midline lies astride it, millimetres: within a vertebra's half-width. Tuned.
    beside_mm : float
        A focus outside all labels but this near to a bone may lie in it, millimetres: labels err by as much.
    line_mm : float
        Half-width of a line of rib foci, millimetres. Decided.
    """

    scales_mm: tuple[float, ...] = (4.0, 6.0, 9.0, 14.0)
    find_odds: float = -0.5
    others_weight: float = 0.8
    others_least: float = -3.0
    others_most: float = 0.0
    sure_odds: float = 2.5
    mild_sure_odds: float = 1.0
    distal_sure_odds: float = 4.0
    joint_sure_odds: float = 5.0
    keep_odds: float = -2.0
    parting_odds: float = 0.5
    settled_odds: float = 4.0
    find_significance: float = 6.5
    site_significance: float = 3.0
    find_contrast: float = 0.4
    keep_significance: float = 2.5
    background_mm: float = 40.0
    misplacement_mm: float = 3.0
    outline_fraction: float = 0.5
    smallest_area_mm2: float = 40.0
    largest_area_mm2: float = 2800.0
    touch_mm: float = 6.0
    pair_mm: float = 15.0
    link_mm: float = 15.0
    farthest_mm: float = 60.0
    gap_mm: float = 6.0
    ring_mm: float = 22.0
    ring_prior_counts: float = 100.0
    neighbour_sd: float = 0.05
    spot_significance: float = 4.5
    lesion_change_odds: float = -3.4
    repeat_sd: float = 0.07
    change_significance: float = 2.4
    quiet_odds: float = -2.0
    quiet_rise: float = 1.5
    doubt_odds: float = 3.5
    sure_rise: float = 3.0
    site_share: float = 0.3
    joint_mm: float = 18.0
    distal_joint_mm: float = 45.0
    mirror_share: float = 0.4
    least_excess_ratio: float = 1.12
    lone_excess_ratio: float = 1.25
    twin_off_midline_mm: float = 20.0
    twin_least_odds: float = 0.0
    twin_odds_step: float = 2.5
    face_mm: float = 35.0
    face_height_mm: float = 65.0
    mild_ratio: float = 1.8
    least_arm_uptake: float = 1.0
    linear_ratio: float = 3.0
    soft_reach_mm: float = 45.0
    astride_mm: float = 15.0
    beside_mm: float = 15.0
    line_mm: float = 10.0
