"""Readings of one patient's visits, and what is known beside them -> verdicts with their reasons.

One module per criterion, each with its rows as data and a citation; `rule_table` and `rule_page` print them all::

    line_course     scans before and on one anticancer line; what other examinations had settled by a day
    treatment_clock days since the line began, and what part of the clock that is
    pcwg3           the bone state machine; bone_machine and bone_moves are what the bone criteria share
    pcwg2, pcwg2_adapted_302
    watch           first worsening and the scan that settles it: flare, and flare exclusion
    flare, element_flares   of visits, of regions and lesions; flare_timing, timing: peak and return
    mda, lesion_area_change, scan_index_change, descriptive
    headline        PCWG3 first, then what was measured
    overall, best_response, survival, next_scan
    judgement       all of it for one line after the scans given
    assess          both clocks: final from all scans, provisional from those up to a visit

Decisions that the definitions leave open, and their reasons:

- *Pre-treatment* is every evaluable scan on or before the line's first day, also those on an earlier line: a focus
  seen on any of them is not new. The reference of the first scan is the last of them.
- A scan on the very day on which a later line begins still belongs to the line before it; for the first line that day
  is 0 and ``pre``. A treatment has no effect on its first day.
- NE stands before PROGRESSED: a scan that cannot be read is NE also after progression; the state stays.
- Without an evaluable scan before treatment new cannot be told from old: the first scan becomes the reference.
- Foci of a scan that is not evaluable are not used at all.
- A flare whose visit PCWG3 later confirms as progression is *progression*: two answers to one question are none. The
  same holds for each new lesion that set it.
- A settled flare peaked by the scan that settled it; what rises afterwards is another matter.
- Where PCWG3 waits for new lesions to persist, their persisting is progression for the flare too; the advice says so.
"""

from tracker.response.assess import assess_course
from tracker.response.rule_page import rules_page
from tracker.response.rule_table import rules, rules_text

__all__ = ["assess_course", "rules", "rules_page", "rules_text"]
