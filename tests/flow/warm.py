"""Imported by the fork server alone: what takes long to import or to read is there before any daemon is forked."""

import psycopg  # noqa: F401

import socialpub.platforms.bluesky
import socialpub.platforms.facebook
import socialpub.platforms.x  # noqa: F401
from tests.flow import killing  # noqa: F401
from tests.town import shipped_packs

shipped_packs("MA")
