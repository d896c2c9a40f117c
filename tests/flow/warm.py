"""Imported by the fork server alone: what takes long to import or to read is there before any daemon is forked."""

import facebook  # noqa: F401
import PIL.Image  # noqa: F401
import psycopg  # noqa: F401
import tweepy  # noqa: F401

import socialpub.platforms.bluesky
import socialpub.platforms.facebook
import socialpub.platforms.instagram
import socialpub.platforms.mastodon
import socialpub.platforms.x
import socialpub.platforms.youtube
import socialpub.records.heads  # noqa: F401
from tests.flow import killing  # noqa: F401
from tests.town import shipped_packs

shipped_packs("MA")
