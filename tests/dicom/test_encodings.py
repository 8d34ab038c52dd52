"""Nine lossless encodings come back bit by bit; what is lossy is refused."""

from pathlib import Path

import gdcm
import numpy as np
import pytest

from tests.dicom.made import file_of, native, visit
from tracker.dicom import Encoding
from tracker.dicom.examined import Examined
from tracker.dicom.examiner import Examiner
from tracker.errors import FileRejected

COUNTS = np.stack([view.counts for view in visit().views])
LOSSLESS = {
    "1.2.840.10008.1.2.4.57": gdcm.TransferSyntax.JPEGLosslessProcess14,
    "1.2.840.10008.1.2.4.70": gdcm.TransferSyntax.JPEGLosslessProcess14_1,
    "1.2.840.10008.1.2.4.80": gdcm.TransferSyntax.JPEGLSLossless,
    "1.2.840.10008.1.2.4.90": gdcm.TransferSyntax.JPEG2000Lossless,
    "1.2.840.10008.1.2.5": gdcm.TransferSyntax.RLELossless,
}
LOSSY = {
    "1.2.840.10008.1.2.4.81": gdcm.TransferSyntax.JPEGLSNearLossless,
    "1.2.840.10008.1.2.4.91": gdcm.TransferSyntax.JPEG2000,
}


def transcoded(folder: Path, syntax: int, **changes: object) -> bytes:
    """The two-frame object in another encoding, written by other people's code."""
    source, target = folder / "native.dcm", folder / "packed.dcm"
    source.write_bytes(file_of(native(**changes)))
    reader = gdcm.ImageReader()
    reader.SetFileName(str(source))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFile(reader.GetFile())
    writer.SetFileName(str(target))
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    return target.read_bytes()


@pytest.mark.parametrize("uid", LOSSLESS)
@pytest.mark.parametrize("signed", [0, 1])
def test_compressed_by_others(tmp_path: Path, examiner: Examiner, uid: str, signed: int) -> None:
    found = examiner.examine(transcoded(tmp_path, LOSSLESS[uid], PixelRepresentation=signed))
    assert isinstance(found, Examined)
    assert found.header.transfer_syntax == uid
    assert found.notices == ()
    np.testing.assert_array_equal(found.counts, COUNTS)


@pytest.mark.parametrize("encoding", Encoding)
def test_written_here(examiner: Examiner, encoding: Encoding) -> None:
    found = examiner.examine(file_of(native(), encoding))
    assert isinstance(found, Examined)
    assert found.header.transfer_syntax == encoding
    np.testing.assert_array_equal(found.counts, COUNTS)


@pytest.mark.parametrize("uid", LOSSY)
def test_lossy_encodings_are_refused(tmp_path: Path, examiner: Examiner, uid: str) -> None:
    with pytest.raises(FileRejected) as caught:
        examiner.examine(transcoded(tmp_path, LOSSY[uid]))
    assert caught.value.code == "LOSSY"


def test_a_lossy_frame_under_a_lossless_name_is_refused(tmp_path: Path, examiner: Examiner) -> None:
    data = transcoded(tmp_path, LOSSLESS["1.2.840.10008.1.2.4.70"]).replace(b"\xff\xc3\x00\x0b", b"\xff\xc1\x00\x0b")
    with pytest.raises(FileRejected) as caught:
        examiner.examine(data)
    assert caught.value.code == "LOSSY"
