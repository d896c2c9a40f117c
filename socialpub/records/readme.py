"""The words that go with an export, for whoever keeps or receives the records. Plain text, no other file needed."""

from collections.abc import Mapping, Sequence
from typing import Any

_WORDS = """\
RECORDS OF A DEPARTMENT'S STORIES

Made {made_at} (UTC) by {by}. Asked for: {asked}. Stories in it: {stories}.

BEFORE YOU HAND THIS ON
These are the records as they were received and decided, unredacted: they may name children, victims and
people who agreed to one post only, and originals may carry the place where a photo was taken.

WHAT IS HERE
  story.json      one story: what was sent in, every revision, what the guidelines found, who set a finding
                  aside and why, who approved which exact bytes and for which time, what was sent, when,
                  and what the network answered
  events.jsonl    one line per thing that happened, each chained to the one before it
  renditions/     the files that were approved to go out, byte for byte
  originals/      the photos as they were received
  evidence/       signed releases as they were received
  manifest.json   every file with its SHA-256, and the state of the chain when this was made
  SHA256SUMS      the same list for the usual tools
For a span of days the first two lie in stories/, in one folder per story. All times are in UTC.

HOW TO CHECK THAT NOTHING WAS CHANGED
1. The files. On Linux or a Mac, in this folder:   sha256sum -c SHA256SUMS   (Mac: shasum -a 256 -c SHA256SUMS)
   On Windows, per file:   certutil -hashfile FILE SHA256   and compare with SHA256SUMS.
2. This packet itself. The department's records hold an event "export" with the SHA-256 of manifest.json.
   Ask them to read it to you.
3. What was approved is what went out. In story.json a post names its pictures by SHA-256. The files in
   renditions/ have these hashes as their names, and check 1 shows that their bytes have them too.
4. The events. Take one line of events.jsonl, remove the field "hash", write the rest as JSON with the keys
   sorted, without spaces, in UTF-8: its SHA-256 is "hash". "before" is the hash of the event before it in
   the department's chain; events about other stories are not in this packet.
5. The chain. When this was made it held {events} events, and its newest hash, its head, was
   {head}
   Ask the department to run:   socialpub records verify --head {head}
   It answers whether the whole chain is intact and still holds that head. A head that you noted yourself
   at an earlier time works as well.
"""


def words(about: Mapping[str, Any], troubles: Sequence[str]) -> str:
    """README.txt for a packet; `troubles` are named at its end."""
    asked = ", ".join(f"{name} {value}" for name, value in about["asked"].items())
    chain = about["chain"]
    text = _WORDS.format(
        made_at=about["made_at"],
        by=about["by"],
        asked=asked,
        stories=len(about["stories"]),
        events=chain["events"],
        head=chain["head"] or "(none yet)",
    )
    return text + _missing(troubles)


def _missing(troubles: Sequence[str]) -> str:
    if not troubles:
        return "\nNothing is missing from this packet.\n"
    listed = "".join(f"  {each}\n" for each in troubles)
    return f"\nMISSING FROM THIS PACKET (also listed in manifest.json)\n{listed}"
