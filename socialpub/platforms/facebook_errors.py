"""What Graph's error answers mean for a Page: rows, read from the top. Data.

Source: the page "Handle errors" on developers.facebook.com, Graph v25; 506 with subcode 1455006
from published samples.
"""

from socialpub.platforms import graph_errors
from socialpub.platforms.classify import Means, Row, Table

ROWS: Table = (
    *graph_errors.TROUBLE,
    Row(Means.HAVE_IT, "says it has this post already", codes=(506,)),
    Row(Means.HAVE_IT, "says it has this post already", subcodes=(1455006,)),
    Row(Means.HAVE_IT, "says these photos are in a post already", codes=(100,), subcodes=(1366051,)),
    *graph_errors.KEY,
    Row(Means.PERSON, "has blocked posting", "Look at the Page's support inbox; wait for its end.",
        codes=(368,)),
    Row(Means.PERSON, "our key may not do this", "The app needs pages_manage_posts and the person the "
        "task to create content; then connect the channel again.", codes=(3, 10, *range(200, 300))),
    *graph_errors.PACE,
    Row(Means.FORGOTTEN, "has forgotten the uploaded photos; they will be uploaded again",
        codes=(100,), words="media_fbid|attached_media"),
    Row(Means.PERSON, "does not know the Page, or hides it", graph_errors.AGAIN, codes=(100,), subcodes=(33,),
        useless=True),
    Row(Means.REFUSED, "declined the post", "Change the post, or have an administrator look.", codes=(100,)),
)  # fmt: skip
