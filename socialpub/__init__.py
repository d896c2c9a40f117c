"""socialpub publishes a police department's good stories: checked, approved, on schedule, exactly once.

Start reading at `pipeline.py`. This file may not import any room: `import socialpub` costs nothing.
"""

__version__ = "0.1.0"
