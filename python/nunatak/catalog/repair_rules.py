"""Sets of repair rules: those of the library, a user's own files, and functions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from nunatak._nunatak import RepairRules
from nunatak.arguments import checked
from nunatak.errors import ArgumentError

__all__ = ["RuleFunction", "Rules", "chosen_rules"]

RuleFunction = Callable[[dict[str, Any]], Sequence[Mapping[str, Any]] | None]
"""A rule as a function: a dictionary of one file in, a list of fixes out."""

RULE_COLUMNS = ["rule", "severity", "seen in", "symptom", "fix", "source", "category", "evidence"]


class Rules:
    """Repair rules, in the order in which they are applied. Sets never change; each method gives a new one.

    Examples
    --------
    >>> import nunatak as nk
    >>> rules = nk.Rules.ismip6().without("C8", "C13")
    >>> rules = rules.with_file("my_rules.toml")  # doctest: +SKIP
    >>> catalog = nk.open_catalog("ismip6", rules=rules)  # doctest: +SKIP
    """

    def __init__(self, rules: RepairRules) -> None:
        self._rules = rules

    @classmethod
    def ismip6(cls) -> Rules:
        """Every rule that comes with the library (:func:`nunatak.catalog.rules`)."""
        return cls(RepairRules.ismip6())

    @classmethod
    def none(cls) -> Rules:
        """No rule, to add one's own to."""
        return cls(RepairRules.none())

    def only(self, *ids: str) -> Rules:
        """These rules alone; functions stay.

        Raises
        ------
        CatalogError
            The set holds no rule of that name.
        """
        return Rules(self._rules.only(ids))

    def without(self, *ids: str) -> Rules:
        """All but these rules.

        Raises
        ------
        CatalogError
            The set holds no rule of that name.
        """
        return Rules(self._rules.without(ids))

    @checked
    def with_file(self, path: str | os.PathLike[str]) -> Rules:
        """The rules of a TOML file after these; one of the same name takes the place of the old one.

        Raises
        ------
        CatalogError
            The file cannot be read, or a rule in it is wrong: the message names the rule, the key, what was
            found and what was expected.
        """
        return Rules(self._rules.with_file(os.path.expanduser(os.fspath(path))))

    @checked
    def with_function(self, function: RuleFunction, *, name: str | None = None) -> Rules:
        """A function that looks at every file before the other rules do.

        Parameters
        ----------
        function
            Called with a dictionary of one file: ``path``, ``format``, ``entry`` (the file's row of the
            catalog), ``attributes``, ``dimensions`` (lengths), ``variables`` (each with ``dtype``,
            ``dimensions`` and ``attributes``) and ``time`` (numbers as the file has them, or None). Returns
            None or a list of dictionaries: ``apply`` holds a fix as in rule files, such as
            ``{"set_calendar": "360_day"}`` or ``"report"``; ``variable`` names the variable it is for (when
            left out, attributes are the file's own, and values those of all data); ``id``, ``symptom``,
            ``severity`` and ``evidence`` are for the record. An exception is a problem of the file in the
            report.
        name
            Name of the rule in records; the function's own by default.
        """
        return Rules(self._rules.with_function(name or getattr(function, "__name__", "function"), function))

    @property
    def ids(self) -> list[str]:
        """Names of the rules."""
        return [row[0] for row in self._rules.rows()]

    @property
    def table(self) -> pd.DataFrame:
        """Every rule: id, severity, who was seen to need it, symptom, fix, source, category, and the evidence
        where the fix is a guess."""
        return pd.DataFrame(self._rules.rows(), columns=RULE_COLUMNS)

    def __repr__(self) -> str:
        return f"<nunatak.Rules: {', '.join(self.ids) or 'none'}>"


def chosen_rules(rules: str | os.PathLike[str] | Sequence[str] | Rules | None) -> RepairRules:
    """The rules that the argument ``rules`` of :func:`nunatak.open_catalog` selects."""
    if isinstance(rules, Rules):
        return rules._rules
    if rules is None:
        return RepairRules.none()
    if isinstance(rules, os.PathLike) or (isinstance(rules, str) and Path(rules).suffix == ".toml"):
        return Rules.ismip6().with_file(rules)._rules
    if isinstance(rules, str) and rules == "ismip6":
        return RepairRules.ismip6()
    if isinstance(rules, str) or not all(isinstance(rule, str) for rule in rules):
        expected = '"ismip6", None or a list of rule names, the path of a .toml file, or nunatak.Rules'
        raise ArgumentError(f"rules={rules!r:.80}: expected {expected}")
    return RepairRules.ismip6().only(list(rules))
