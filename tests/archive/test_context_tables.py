"""Input tables as people write them: read tolerantly, refused with row and column."""

from datetime import date
from pathlib import Path

import pytest

from tracker.archive.context_tables import read_context
from tracker.archive.table_rows import read_rows
from tracker.errors import InputError, TableError
from tracker.records.context import EventKind, FindingResult, SoftTissue, TherapyClass

HEADERS = {
    "treatments.csv": "patient_id,start_date,end_date,agent,therapy_class",
    "labs.csv": "patient_id,date,test,value,unit",
    "events.csv": "patient_id,date,kind,region,note",
    "patients.csv": "patient_id,cancer,randomised_date,death_date",
    "responses.csv": "patient_id,date,soft_tissue,target_at_screening",
    "findings.csv": "patient_id,date,lesion_id,modality,result",
}


def write(folder: Path, name: str, *rows: str, header: str | None = None) -> Path:
    path = folder / name
    path.write_text("\n".join((header or HEADERS[name], *rows)) + "\n", encoding="utf-8")
    return path


def test_every_table_is_read(tmp_path: Path) -> None:
    write(
        tmp_path, "treatments.csv", "P2,2024-02-01,,docetaxel,chemotherapy", "P1,2024-01-08,2024-05-01,abiraterone,ARPI"
    )
    write(tmp_path, "labs.csv", "P1,2024-01-02,psa,12.5,ng/mL", "P1,2024-03-04,PSA,<0.1,ng/mL")
    write(tmp_path, "events.csv", "P1,2024-02-03,Fracture,ribs_left,fall")
    write(tmp_path, "patients.csv", "P1,Prostate,2024-01-05,")
    write(tmp_path, "responses.csv", "P1,2024-03-04,NON-CR/NON-PD,no")
    write(tmp_path, "findings.csv", "P1,2024-03-06,L003,ct,benign")
    context = read_context(tmp_path)
    assert [row.patient_id for row in context.treatments] == ["P1", "P2"]
    assert context.treatments[0].therapy_class is TherapyClass.ANDROGEN_PATHWAY
    assert context.treatments[0].end_date == date(2024, 5, 1)
    assert [(row.test, row.value) for row in context.labs] == [("PSA", 12.5), ("PSA", 0.1)]
    assert context.events[0].kind is EventKind.FRACTURE
    assert context.of("P1").facts.cancer == "prostate"
    assert context.responses[0].soft_tissue is SoftTissue.NON_CR_NON_PD
    assert context.responses[0].target_at_screening is False
    assert (context.findings[0].result, context.findings[0].modality) == (FindingResult.BENIGN, "CT")
    assert context.notices == ()


def test_nothing_given_is_nothing_known(tmp_path: Path) -> None:
    assert read_context(None) == read_context(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        read_context(tmp_path / "missing")


def test_a_treatments_table_takes_the_place_of_the_folder_s(tmp_path: Path) -> None:
    write(tmp_path, "treatments.csv", "P1,2024-01-08,,abiraterone,ARPI")
    other = tmp_path / "other"
    other.mkdir()
    own = write(other, "treatments.csv", "P1,2023-01-08,,docetaxel,chemotherapy")
    assert read_context(tmp_path, treatments=own).treatments[0].agent == "docetaxel"
    with pytest.raises(InputError, match="cannot be read"):
        read_context(tmp_path, treatments=tmp_path / "absent.csv")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffpatient_id,start_date\nP1,2024-01-08\n",
        "\n START_DATE , Patient ID ,remark\n\n2024-01-08, P1 ,\n,,\n",
        "patient_id;start_date\r\nP1;2024-01-08\r\n",
        "patient-id\tstart date\nP1\t2024-01-08T00:00:00\n",
        'patient_id,start_date\n"P1","2024-01-08 09:30"\n',
        "patient_id,start_date\nP1,20240108",
        "patient_id,start_date,agent\nP1,2024-01-08\n",
    ],
)
def test_what_people_and_spreadsheets_do_to_a_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "treatments.csv"
    path.write_bytes(text.encode("utf-8"))
    context = read_context(tmp_path)
    assert [(row.patient_id, row.start_date) for row in context.treatments] == [("P1", date(2024, 1, 8))]


@pytest.mark.parametrize(
    ("agent", "written", "expected"),
    [
        ("denosumab", "bone_protecting", TherapyClass.BONE_PROTECTING),
        ("denosumab", "Bone-Protecting Agents", TherapyClass.BONE_PROTECTING),
        ("Zoledronic acid 4 mg", "", TherapyClass.BONE_PROTECTING),
        ("XGEVA", "other", TherapyClass.BONE_PROTECTING),
        ("", "bisphosphonate", TherapyClass.BONE_PROTECTING),
        ("docetaxel + denosumab", "chemotherapy", TherapyClass.CHEMOTHERAPY),
        ("leuprolide", "ADT", TherapyClass.ENDOCRINE),
        ("radium-223", "Radioligand therapy", TherapyClass.RADIOPHARMACEUTICAL),
        ("prednisone", "supportive", TherapyClass.SUPPORTIVE),
    ],
)
def test_classes_as_people_write_them(tmp_path: Path, agent: str, written: str, expected: TherapyClass) -> None:
    write(tmp_path, "treatments.csv", f"P1,2024-01-08,,{agent},{written}")
    context = read_context(tmp_path)
    assert context.treatments[0].therapy_class is expected
    assert context.notices == ()


def test_unknown_words_become_other_with_a_notice(tmp_path: Path) -> None:
    write(tmp_path, "treatments.csv", "P1,2024-01-08,,XY-17,moon therapy", "P2,2024-01-08,,denosumab,chemotherapy")
    write(tmp_path, "events.csv", "P1,2024-01-08,earthquake,,")
    context = read_context(tmp_path)
    assert context.treatments[0].therapy_class is TherapyClass.OTHER
    assert context.treatments[0].is_line
    assert not context.treatments[1].is_line
    assert context.events[0].kind is EventKind.OTHER
    codes = [notice.code for notice in context.of("P1").notices]
    assert codes == ["EVENT_KIND_UNKNOWN", "THERAPY_CLASS_UNKNOWN"]
    assert [notice.code for notice in context.of("P2").notices] == ["THERAPY_CLASS_CONTRADICTED"]


@pytest.mark.parametrize(
    ("name", "row", "place"),
    [
        ("treatments.csv", "P1,2024-05-08,2024-01-08,x,other", "row 2, column end_date"),
        ("treatments.csv", ",2024-05-08,,x,other", "row 2, column patient_id"),
        ("treatments.csv", "P1,,,x,other", "row 2, column start_date"),
        ("treatments.csv", "P1,08/01/2024,,x,other", "row 2, column start_date"),
        ("treatments.csv", "P1,2024-02-30,,x,other", "row 2, column start_date"),
        ("treatments.csv", "P1,2024-01-08,,x,other,more", "row 2: 6 cells"),
        ("labs.csv", "P1,2024-01-08,PSA,high,ng/mL", "row 2, column value"),
        ("labs.csv", "P1,2024-01-08,PSA,,ng/mL", "row 2, column value"),
        ("labs.csv", "P1,2024-01-08,PSA,inf,ng/mL", "row 2, column value"),
        ("events.csv", "P1,2024-01-08,,,", "row 2, column kind"),
        ("patients.csv", "P1,prostate,2024-05-01,2024-04-30", "row 2, column death_date"),
        ("responses.csv", "P1,2024-05-01,fine,", "row 2, column soft_tissue"),
        ("responses.csv", "P1,2024-05-01,PR,perhaps", "row 2, column target_at_screening"),
        ("findings.csv", "P1,2024-05-01,L1,CT,looks odd", "row 2, column result"),
    ],
)
def test_impossible_rows_are_refused_by_name(tmp_path: Path, name: str, row: str, place: str) -> None:
    write(tmp_path, name, row)
    with pytest.raises(TableError, match=place) as refusal:
        read_context(tmp_path)
    assert name in refusal.value.message


def test_a_patient_is_described_once(tmp_path: Path) -> None:
    write(tmp_path, "patients.csv", "P1,prostate,,", "P1,breast,,")
    with pytest.raises(TableError, match="row 3, column patient_id"):
        read_context(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"patient_id\nP1\n", "column start_date is missing"),
        (b"patient_id,start_date,Start Date\n", "column start_date is there twice"),
        (b"\n \n", "is empty"),
        ("patient_id,start_date\nMüller,2024-01-08\n".encode("latin-1"), "is not UTF-8"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "treatments.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=message):
        read_rows(path, ("patient_id", "start_date"))


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    rows = ["P1,2024-01-08,,b,ARPI", "P1,2024-01-08,,a,ARPI", "P0,2024-01-09,,c,moon", "P0,2024-01-09,,c,sun"]
    first, second = tmp_path / "1", tmp_path / "2"
    for folder, order in ((first, rows), (second, rows[::-1])):
        folder.mkdir()
        write(folder, "treatments.csv", *order)
    assert read_context(first).treatments == read_context(second).treatments
