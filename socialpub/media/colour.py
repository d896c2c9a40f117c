"""Any photo's pixels to plain 8-bit sRGB: profiles applied, transparency laid on white, palettes looked up.

Works on an image already made small; it reads the profile but never passes it on.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

#: Profiles that are sRGB by their own name: applying them costs time and changes nothing.
_SRGB_NAMES: Final = frozenset({"sRGB", "sRGB built-in", "sRGB IEC61966-2.1", "sRGB IEC61966-2-1", "c2"})


def in_srgb(photo: "Image") -> "Image":
    """The same picture in mode RGB, colours as sRGB. A profile that makes no sense is passed over."""
    flat = opaque(reducible(photo))
    return _converted(flat, photo.info.get("icc_profile")) or flat.convert("RGB")


def reducible(photo: "Image") -> "Image":
    """The picture in a mode whose pixels can be averaged: no palette, no single bits, no 16-bit gray."""
    if photo.mode.startswith("I;16"):
        # Pillow's own conversion would cut off at 255, not scale.
        return photo.point(lambda value: value * (1 / 257)).convert("L")
    if photo.has_transparency_data:
        return photo.convert("RGBA")
    if photo.mode in {"L", "RGB", "CMYK"}:
        return photo
    return photo.convert("L" if photo.mode == "1" else "RGB")


def opaque(photo: "Image") -> "Image":
    """Transparent parts become white, as on paper."""
    from PIL import Image

    if photo.mode != "RGBA":
        return photo
    white = Image.new("RGBA", photo.size, "white")
    white.alpha_composite(photo)
    return white.convert("RGB")


def _converted(photo: "Image", profile: object) -> "Image | None":
    """Through the embedded profile; None when there is none to apply."""
    if not isinstance(profile, bytes) or not profile:
        return None
    try:
        return _through(photo, profile)
    except Exception:  # noqa: BLE001  a broken or hostile profile: the pixels are taken for sRGB
        return None


def _through(photo: "Image", profile: bytes) -> "Image | None":
    from io import BytesIO

    from PIL import ImageCms

    theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
    if ImageCms.getProfileDescription(theirs).strip() in _SRGB_NAMES:
        return None
    transform = ImageCms.buildTransform(
        theirs,
        ImageCms.createProfile("sRGB"),
        photo.mode,
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return ImageCms.applyTransform(photo, transform)
