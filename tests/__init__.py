"""Tests of nrrbot; the tree mirrors the packages it tests."""
