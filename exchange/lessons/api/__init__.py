"""Lessons for programs: what they read and what they may push."""

from exchange.lessons.api.endpoints import Lessons, OneLesson, SubmitLesson

__all__ = ["Lessons", "OneLesson", "SubmitLesson"]
