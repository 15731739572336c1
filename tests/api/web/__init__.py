"""Tests of the pages' own values: editing, comparing, drawing, and the colours."""
