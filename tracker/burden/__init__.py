"""Uptake and extent per region, each change with an interval; lesion area and the weighted index beside them.

What a region shows is its counts on the scan's own pixels, soft tissue taken away, over the reference bone
(`region_uptake`). Pixels hidden by the bladder or another site are left out, and the region's usual pattern fills in
for them, so that a filling bladder moves no ratio. The error of a ratio has four parts (`uncertainty`), each from its
own physics: counting (Poisson), labels that do not lie exactly on the bone (the alignment's expected error along the
region's rim), what differs between two scans of one day (`repeatability`, measured on simulated repeat scans), and
the normaliser. A change is the difference of two logarithms; its interval and its smallest detectable size follow,
checked against the scatter of the visit's own regions, most of which have not changed (`region_change`).
"""
