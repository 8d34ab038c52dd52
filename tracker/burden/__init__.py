"""Uptake and extent per region, each change with an interval; lesion area and the weighted index beside them.

What a region shows is its counts on the scan's own pixels, soft tissue and the bones in front and behind taken away,
over the reference bone (`region_uptake`; `overlap` tells the bones apart, `bone_levels` says how much each takes up). A
label that lies in the air beside the body is no bone (`on_body`), and a region that the skeleton map could not find is
not measured (`not_found`). Pixels hidden by the bladder or another site, or beyond the edge of the field, are left out,
at the other visits too if enough of the bone is left, and the region's usual pattern fills in for them, so that a
filling bladder moves no ratio. Once all visits of a patient are measured they tell about each other (`between_visits`):
labels that swelled with a hot bone are brought to their usual area (`usual_area`), a label of another size than usual
is believed less (`stretched`), what all bones of a visit share is taken for its scale (`common_shift`), and a view that
hardly shows a bone follows the one that does (`both_sides`).

The error of a ratio has several parts (`UptakeError`), each from its own physics: counting (Poisson), labels that do
not lie exactly on the bone (the alignment's expected error along the region's rim), the soft tissue taken away, what
differs between two scans of one day (`repeatability`, measured on simulated repeat scans), the normaliser, and the
other bones, which divide out as long as they keep their share. A change is the difference of two logarithms; its
interval and its smallest detectable size follow, checked against the scatter of the visit's own regions, most of which
have not changed (`region_change`).
"""
