"""``tracker assess``: lesion lists in, verdicts out, without any image."""

import csv
from pathlib import Path

import pytest

from tracker.archive.assess_tables import AssessReport, assess_files
from tracker.errors import TableError
from tracker.settings.response import ResponseSettings

TREATED = "patient_id,start_date,end_date,agent,therapy_class\nP1,2024-01-08,,abiraterone,ARPI\n"

FLARE_PD = """patient_id,study_date,lesion_id
P1,2024-01-08,K
P1,2024-03-04,K
P1,2024-03-04,a
P1,2024-03-04,b
P1,2024-04-29,K
P1,2024-04-29,a
P1,2024-04-29,b
P1,2024-04-29,c
P1,2024-04-29,d
"""


class Desk:
    """A folder with the tables of one assessment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def assess(self, lesions: str, visits: str | None = None, treatments: str = TREATED) -> AssessReport:
        return assess_files(
            self.put("lesions.csv", lesions),
            None if visits is None else self.put("visits.csv", visits),
            self.put("given.csv", treatments),
            self.folder,
            self.folder / "assessments.csv",
            settings=ResponseSettings(),
        )

    def pcwg3(self) -> list[tuple[str, str, str, str]]:
        with (self.folder / "assessments.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        names = ("study_date", "provisional_status", "final_status", "progression_date")
        return [tuple(row[name] for name in names) for row in rows if row["criterion"].startswith("PCWG3")]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_flare_window_progression(desk: Desk) -> None:
    report = desk.assess(FLARE_PD)
    assert desk.pcwg3() == [
        ("2024-03-04", "PDu", "PD", "2024-03-04"),
        ("2024-04-29", "PD", "PD", "2024-03-04"),
    ]
    assert report.notices == ()
    header = (desk.folder / "assessments.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith(
        "patient_id,study_date,study_uid,criterion,provisional_status,final_status,progression_date,reason"
    )


def test_no_disease_before_and_visits_without_foci(desk: Desk) -> None:
    visits = "patient_id,study_date,evaluable\n" + "".join(
        f"P1,{day},{evaluable}\n"
        for day, evaluable in (("2024-01-08", "yes"), ("2024-03-04", ""), ("2024-04-01", "FALSE"), ("2024-04-29", "1"))
    )
    desk.assess("patient_id,study_date,lesion_id\nP1,2024-04-29,a\n", visits)
    assert [row[2] for row in desk.pcwg3()] == ["NED", "NE", "NON-PD"]


def test_lists_that_begin_on_treatment_are_taken_as_free_of_foci_before(desk: Desk) -> None:
    without = "\n".join(line for line in FLARE_PD.splitlines() if "2024-01-08" not in line and not line.endswith("K"))
    report = desk.assess(without)
    assert [row[2] for row in desk.pcwg3()] == ["PD", "PD"]
    assert [notice.code for notice in report.notices] == ["BASELINE_ASSUMED"]
    assert "8 January 2024" not in report.assessments["reason"].iloc[-1]


def test_bone_protecting_agents_do_not_restart_the_clock(desk: Desk) -> None:
    desk.assess(FLARE_PD, treatments=TREATED + "P1,2024-04-01,,denosumab,bone_protecting\n")
    assert [row[2] for row in desk.pcwg3()] == ["PD", "PD"]


def test_foci_that_are_not_malignant_are_never_counted(desk: Desk) -> None:
    lesions = FLARE_PD.replace("lesion_id", "lesion_id,malignant").replace(",a\n", ",a,no\n").replace(",b\n", ",b,0\n")
    desk.assess(lesions)
    assert [row[2] for row in desk.pcwg3()] == ["NON-PD", "PDu"]


def test_a_finding_settles_a_focus_from_its_day_on(desk: Desk) -> None:
    desk.put(
        "findings.csv",
        "patient_id,date,lesion_id,modality,result\nP1,2024-03-20,a,CT,benign\nX,2024-03-20,z,CT,benign\n",
    )
    desk.assess(FLARE_PD)
    assert [row[1:3] for row in desk.pcwg3()] == [("PDu", "NON-PD"), ("PDu", "PDu")]


def test_own_tables_are_accepted_as_they_are(desk: Desk) -> None:
    lesions = """patient_id,study_date,study_uid,lesion_id,region,projection,area_mm2,uptake_ratio,fate,kind
P1,2024-01-08,1.1,L1,sacrum,ANTERIOR,400,3.0,persistent,lesion
P1,2024-01-08,1.1,L1,sacrum,POSTERIOR,500,4.0,persistent,lesion
P1,2024-03-04,1.2,L1,sacrum,POSTERIOR,500,4.0,persistent,lesion
P1,2024-03-04,1.2,L2,skull,ANTERIOR,100,2.0,new,lesion
P1,2024-03-04,1.2,L3,skull,ANTERIOR,100,2.0,new,equivocal
P1,2024-03-04,1.2,L4,skull,ANTERIOR,100,2.0,split,lesion
P1,2024-04-29,1.3,L1,sacrum,POSTERIOR,500,4.0,resolved,lesion
"""
    visits = """patient_id,study_date,study_uid,evaluable,superscan,comparable,scan_index_pct,lesion_area_cm2
P1,2024-01-08,1.1,true,false,yes,1.0,5.0
P1,2024-03-04,1.2,true,false,caution,2.0,6.0
P1,2024-04-29,1.3,true,false,no,,
P1,2024-06-24,1.4,true,true,yes,9,90
"""
    report = desk.assess(lesions, visits)
    assert [row[1:3] for row in desk.pcwg3()] == [("NON-PD", "NON-PD"), ("NED", "NED"), ("NON-PD", "NON-PD")]
    assert list(report.assessments["study_uid"].unique()) == ["1.2", "1.3", "1.4"]
    area = report.assessments.query("criterion == 'LESION_AREA_30'")
    assert area["final_status"].tolist() == ["SD", "NE", "PDu"]


def test_areas_of_foci_add_up(desk: Desk) -> None:
    lesions = """patient_id,study_date,lesion_id,area_cm2
P1,2024-01-08,a,4
P1,2024-01-08,b,6
P1,2024-09-30,a,3
P1,2024-09-30,b,2
P1,2024-12-30,a,
P1,2024-12-30,b,2
"""
    report = desk.assess(lesions)
    area = report.assessments.query("criterion == 'LESION_AREA_30'")
    assert area["final_status"].tolist() == ["PR", "NE"]


def test_studies_of_one_day_are_told_apart_by_their_uid(desk: Desk) -> None:
    lesions = "patient_id,study_date,study_uid,lesion_id\nP1,2024-01-08,,K\nP1,2024-03-04,u1,a\nP1,2024-03-04,u2,a\n"
    visits = "patient_id,study_date,study_uid\nP1,2024-01-08,u0\nP1,2024-03-04,u1\nP1,2024-03-04,u2\n"
    desk.assess(lesions, visits)
    assert [row[2] for row in desk.pcwg3()] == ["NON-PD", "NON-PD"]


def test_the_order_of_rows_does_not_matter(desk: Desk) -> None:
    desk.assess(FLARE_PD)
    first = (desk.folder / "assessments.csv").read_bytes()
    header, *rows = FLARE_PD.splitlines()
    desk.assess("\n".join([header, *rows[::-1]]))
    assert (desk.folder / "assessments.csv").read_bytes() == first


@pytest.mark.parametrize(
    ("lesions", "visits", "place"),
    [
        ("P1,2024-03-04,\n", None, "lesions.csv row 2, column lesion_id"),
        ("P1,2024-03-04,a\nP1,2024-03-04,a\n", None, "lesions.csv row 3, column lesion_id"),
        ("P1,4 March,a\n", None, "lesions.csv row 2, column study_date"),
        ("P9,2024-03-04,a\n", None, "lesions.csv row 2, column patient_id"),
        ("P1,2024-03-04,a\n", "P1,2024-03-04,\nP1,2024-03-04,\n", "visits.csv row 3, column study_date"),
        ("P1,2024-03-04,a\n", "P1,2024-03-04,maybe\n", "visits.csv row 2, column evaluable"),
        ("P1,2024-03-04,a\n", "P9,2024-03-04,yes\n", "visits.csv row 2, column patient_id"),
        ("P1,2025-03-04,a\n", None, "lesions.csv row 2, column study_date"),
    ],
)
def test_impossible_rows_are_refused_by_name(desk: Desk, lesions: str, visits: str | None, place: str) -> None:
    desk.put("patients.csv", "patient_id,cancer,death_date\nP1,prostate,2024-12-31\n")
    header = "patient_id,study_date,evaluable\n"
    with pytest.raises(TableError, match=place):
        desk.assess("patient_id,study_date,lesion_id\n" + lesions, None if visits is None else header + visits)
    assert not (desk.folder / "assessments.csv").exists()


def test_negative_numbers_and_unknown_lesions_are_refused(desk: Desk) -> None:
    with pytest.raises(TableError, match=r"visits.csv row 2, column scan_index_pct"):
        desk.assess("patient_id,study_date,lesion_id\n", "patient_id,study_date,scan_index_pct\nP1,2024-03-04,-1\n")
    desk.put("findings.csv", "patient_id,date,lesion_id,modality,result\nP1,2024-03-20,zz,CT,benign\n")
    with pytest.raises(TableError, match=r"findings.csv row 2, column lesion_id"):
        desk.assess(FLARE_PD)


@pytest.mark.parametrize(
    ("treatments", "codes"),
    [
        (TREATED.replace("abiraterone,ARPI", "denosumab,"), ["NO_LINE", "CLOCK"]),
        (TREATED.replace("2024-01-08", "2025-01-08"), ["NO_VISIT_ON_TREATMENT"]),
    ],
)
def test_nothing_on_treatment_is_an_empty_table_with_a_notice(desk: Desk, treatments: str, codes: list[str]) -> None:
    report = desk.assess(FLARE_PD, treatments=treatments)
    assert [notice.code for notice in report.notices] == codes
    assert desk.pcwg3() == []
    assert len((desk.folder / "assessments.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_overlapping_lines_are_said(desk: Desk) -> None:
    report = desk.assess(FLARE_PD, treatments=TREATED + "P1,2024-03-20,,docetaxel,chemotherapy\n")
    assert [notice.text for notice in report.notices] == [
        "Patient P1: Docetaxel began on 20 March 2024 while Abiraterone went on; the clock runs from the later one."
    ]
    assert [row[2] for row in desk.pcwg3()] == ["PDu", "PDu"], "each line is judged by its own first scan"


def test_a_visit_list_names_all_visits_or_only_those_without_foci(desk: Desk) -> None:
    header = "patient_id,study_date,evaluable\n"
    desk.assess(FLARE_PD, header + "P1,2024-02-05,true\n")
    assert [row[0] for row in desk.pcwg3()] == ["2024-02-05", "2024-03-04", "2024-04-29"]
    with pytest.raises(TableError, match=r"lesions.csv row 6, column study_date: found '2024-04-29'"):
        desk.assess(FLARE_PD, header + "P1,2024-01-08,true\nP1,2024-03-04,true\n")


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ('P1,2024-04-29,"d\nP1,2024-04-29,e\n', "lesions.csv row 11: .* quotation marks"),
        ("P1,2024-04-29," + 200_000 * "x" + "\n", "lesions.csv row 11: .* no CSV"),
        ("P1,9999-12-31,d\n", "lesions.csv row 11, column study_date: .* between 1600 and 2400"),
    ],
)
def test_what_is_no_table_is_refused_with_its_row(desk: Desk, row: str, place: str) -> None:
    with pytest.raises(TableError, match=place):
        desk.assess(FLARE_PD + row)


def test_a_focus_listed_as_there_before_is_not_new(desk: Desk) -> None:
    lesions = """patient_id,study_date,lesion_id,fate,kind
P1,2024-01-08,K,persistent,lesion
P1,2024-01-08,c,persistent,equivocal
P1,2024-03-04,K,persistent,lesion
P1,2024-03-04,a,persistent,lesion
P1,2024-03-04,b,new,lesion
P1,2024-03-04,c,persistent,lesion
P1,2024-04-29,K,persistent,lesion
P1,2024-04-29,d,new,lesion
P1,2024-04-29,e,new,lesion
P1,2024-06-17,K,persistent,lesion
P1,2024-06-17,d,persistent,lesion
P1,2024-06-17,e,persistent,lesion
"""
    report = desk.assess(lesions)
    assert [row[2] for row in desk.pcwg3()] == ["NON-PD", "PD", "PD"]
    counts = report.assessments.query("criterion == 'PCWG3_2016'")["new_focus_count"].tolist()
    assert counts == [1, 2, 2], "a fainter one before, and one taken for something else before, are not new"


def test_own_tables_without_a_visit_before_treatment(desk: Desk) -> None:
    lesions = """patient_id,study_date,lesion_id,fate,kind
P1,2024-03-04,K,persistent,lesion
P1,2024-03-04,a,persistent,lesion
P1,2024-04-29,K,persistent,lesion
P1,2024-04-29,a,persistent,lesion
"""
    desk.assess(lesions)
    assert [row[2] for row in desk.pcwg3()] == ["NON-PD", "NON-PD"], "nothing on the first scan of all was new"
