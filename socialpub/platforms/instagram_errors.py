"""What Graph's error answers mean for an Instagram account: rows, read from the top. Data.

Source: the page "Error codes" of Instagram's content publishing on developers.facebook.com, as quoted by integrators
on 2026-09-09; the last call's errors are never read this way (`containers.ended`).
"""

from socialpub.platforms import graph_errors
from socialpub.platforms.classify import Means, Row, Table

_PHOTO = "Send another photo, or have an administrator look at policies/networks."

ROWS: Table = (
    *graph_errors.TROUBLE,
    Row(Means.FORGOTTEN, "has lost the photos; they will be offered again",
        subcodes=(2207008, 2207020, 2207032, 2207053, 2207082)),
    Row(Means.UNCLEAR, "could not fetch the photo in time, or is not ready", subcodes=(2207001, 2207003, 2207027)),
    Row(Means.PERSON, "cannot fetch the photo from our address", "Run `socialpub doctor`: it says "
        "what is in the way.", subcodes=(2207052,)),
    Row(Means.PACE, "all posts of 24 hours are used up", subcodes=(2207042,)),
    Row(Means.PACE, "has blocked this for a while", subcodes=(2207051,)),
    Row(Means.PERSON, "has restricted the account", "Open Instagram and follow its steps; then connect the channel "
        "again.", subcodes=(2207050,)),
    Row(Means.REFUSED, "does not take this photo", _PHOTO, subcodes=(2207004, 2207005, 2207009)),
    Row(Means.REFUSED, "does not take this caption", "Shorten the text, or use fewer tags.",
        subcodes=(2207010, 2207040)),
    Row(Means.REFUSED, "does not take so many photos", "Send 1 to 10 photos.", subcodes=(2207028,)),
    *graph_errors.KEY,
    Row(Means.PERSON, "has blocked posting", "Open Instagram and look for a notice; wait for its end.", codes=(368,)),
    Row(Means.PERSON, "our key may not do this", "The app needs instagram_basic, instagram_content_publish and "
        "pages_read_engagement; then connect the channel again.", codes=(3, 10, *range(200, 300))),
    *graph_errors.PACE,
    Row(Means.PERSON, "does not know the account, or hides it", graph_errors.AGAIN, codes=(100,), subcodes=(33,),
        useless=True),
    Row(Means.REFUSED, "declined the post", "Change the post, or have an administrator look.", codes=(100,)),
)  # fmt: skip
