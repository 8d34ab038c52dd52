"""Settings of the phantom's camera and physics."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A whole-body camera with two detectors.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of each view.
    spacing_mm : tuple of float
        Row and column spacing.
    field_mm : tuple of float
        Length and width that is scanned, centred; nothing is counted outside. A real GE field is 518 mm wide.
    intrinsic_fwhm_mm : float
        Resolution of the crystal, 3.8 mm for a 9.5 mm crystal.
    hole_mm, septum_length_mm, gap_mm : float
        Hole diameter and length of the LEHR collimator and the distance from its back to the crystal's middle.
    front_distance_mm, back_distance_mm : float
        Highest point of the body to the anterior detector; lowest point, through the table, to the posterior one.
    attenuation_per_mm : float
        Soft tissue at 140 keV, narrow beam: 0.15 per cm.
    lung_density : float
        Density of lung against soft tissue.
    scatter_share : float
        Scattered over primary events inside the 20 % window.
    background_per_pixel : float
        Events per pixel from the room; a real scan has 0.25 far from the body, of which part is the patient.
    """

    shape: tuple[int, int] = (1024, 256)
    spacing_mm: tuple[float, float] = (2.26, 2.26)
    field_mm: tuple[float, float] = (2100.0, 530.0)
    intrinsic_fwhm_mm: float = 3.8
    hole_mm: float = 1.5
    septum_length_mm: float = 35.0
    gap_mm: float = 8.0
    front_distance_mm: float = 25.0
    back_distance_mm: float = 45.0
    attenuation_per_mm: float = 0.015
    lung_density: float = 0.3
    scatter_share: float = 0.45
    background_per_pixel: float = 0.15

    def fwhm_mm(self, distance_mm: float) -> float:
        """Return the system resolution at a distance from the collimator's face.

        Parameters
        ----------
        distance_mm : float
            Millimetres.

        Returns
        -------
        float
            Full width at half maximum, millimetres.
        """
        reach = max(distance_mm, 0.0) + self.septum_length_mm + self.gap_mm
        collimator = self.hole_mm * reach / self.septum_length_mm
        return float((collimator**2 + self.intrinsic_fwhm_mm**2) ** 0.5)
