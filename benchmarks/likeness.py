"""How well the warning of look-alikes tells one person registered twice from two people of the same birth date.

``python -m benchmarks.likeness`` prints recall and false warnings at each threshold. The people are made up: names of eleven
languages, common ones drawn more often than rare ones, and registered a second time in the ways that people's names are
written differently.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from faker import Faker

from checks.likeness import ALIKE, of_same_day

LANGUAGES = ("no_NO", "no_NO", "no_NO", "pl_PL", "es_ES", "de_DE", "tr_TR", "vi_VN", "sv_SE", "fr_FR", "hr_HR", "lt_LT")
PLAIN = str.maketrans("æøåäöüßđłšžčćéèíóúáñışğİ", "eoaaousdlszcceeiouanisgI")
THRESHOLDS = range(70, 96, 5)
# About one in a hundred people is a twin, and few others share a birth date and a family name.
TWINS = 0.01


@dataclass(frozen=True)
class Person:
    fornavn: str
    etternavn: str


class People:
    """People drawn one at a time; the name at place n of a list is drawn as 1/(n + 15). The most common has then under two in
    a hundred, as in Norway.
    """

    def __init__(self, seed: int, languages: tuple[str, ...] = LANGUAGES) -> None:
        self.rng = random.Random(seed)
        self._lists: list[tuple[list[str], list[str]]] = []
        for language in languages:
            fake = Faker(language)
            fake.seed_instance(seed)
            first, last = (
                list(dict.fromkeys(make() for _ in range(600))) for make in (fake.first_name, fake.last_name)
            )
            self._lists.append((first, last))

    def draw(self) -> Person:
        """A person with one or two first names and one or two surnames of the same language."""
        first, last = self.rng.choice(self._lists)
        fornavn = " ".join(self._some(first, 1 + (self.rng.random() < 0.25)))
        return Person(fornavn, " ".join(self._some(last, 1 + (self.rng.random() < 0.2))))

    def twin(self, one: Person) -> Person:
        """Another of the same family."""
        return Person(self.draw().fornavn, one.etternavn)

    def _some(self, listed: list[str], count: int) -> list[str]:
        weights = list(accumulate(1 / (place + 15) for place in range(1, len(listed) + 1)))
        return list(dict.fromkeys(self.rng.choices(listed, cum_weights=weights, k=count)))

    def again(self, one: Person) -> Person:
        """The same person as registered by somebody else: written in one other way, or in two at once."""
        for way in self.rng.choices(WAYS, k=1 + (self.rng.random() < 0.3)):
            one = way(self, one)
        return one


def _bare(people: People, one: Person) -> Person:
    return Person(one.fornavn.translate(PLAIN), one.etternavn.translate(PLAIN))


def _swapped(people: People, one: Person) -> Person:
    return Person(one.etternavn, one.fornavn)


def _joined(people: People, one: Person) -> Person:
    return Person(one.fornavn.replace(" ", "-"), one.etternavn.replace(" ", "-"))


def _together(people: People, one: Person) -> Person:
    """Two first names, or else two surnames, written as one."""
    fornavn, etternavn = one.fornavn.split(), one.etternavn.split()
    if len(fornavn) > 1:
        return Person(fornavn[0] + "".join(fornavn[1:]).lower(), one.etternavn)
    return Person(one.fornavn, etternavn[0] + "".join(etternavn[1:]).lower())


def _fewer(people: People, one: Person) -> Person:
    return Person(one.fornavn.split()[0], one.etternavn.split()[0])


def _more(people: People, one: Person) -> Person:
    other = people.draw()
    return Person(one.fornavn, f"{one.etternavn} {other.etternavn.split()[0]}")


def _mistyped(people: People, one: Person) -> Person:
    rng, etternavn = people.rng, one.etternavn
    place = rng.randrange(1, len(etternavn))
    how = rng.randrange(3)
    if how == 0:
        return Person(one.fornavn, etternavn[:place] + etternavn[place + 1 :])
    if how == 1:
        return Person(one.fornavn, etternavn[:place] + etternavn[place] + etternavn[place:])
    return Person(
        one.fornavn, etternavn[: place - 1] + etternavn[place] + etternavn[place - 1] + etternavn[place + 1 :]
    )


def _heard(people: People, one: Person) -> Person:
    text = one.fornavn
    for heard, written in (("ph", "f"), ("th", "t"), ("k", "c"), ("c", "k"), ("y", "i"), ("w", "v"), ("i", "y")):
        if heard in text:
            return Person(text.replace(heard, written, 1), one.etternavn)
    return Person(text[:-1] + text[-1] * 2, one.etternavn)


def _initial(people: People, one: Person) -> Person:
    first, *rest = one.fornavn.split()
    return Person(" ".join([first, *(f"{name[0]}." for name in rest)]), one.etternavn)


def _married(people: People, one: Person) -> Person:
    return Person(one.fornavn, people.draw().etternavn)


WAYS: tuple[Callable[[People, Person], Person], ...] = (
    *(_bare, _swapped, _joined, _together, _fewer, _more),
    *(_mistyped, _heard, _initial, _married),
)


def rates(pairs: list[tuple[Person, Person]], thresholds: range = THRESHOLDS) -> dict[int, float]:
    """The share of the pairs, all of one birth date, that are warned of at each threshold."""
    degrees = [of_same_day((a.fornavn, a.etternavn), (b.fornavn, b.etternavn)) for a, b in pairs]
    return {at: sum(found >= at for found in degrees) / len(degrees) for at in thresholds}


def doubles(people: People, count: int) -> list[tuple[Person, Person]]:
    """Pairs of one person registered twice."""
    return [(one, people.again(one)) for one in (people.draw() for _ in range(count))]


def strangers(people: People, count: int) -> list[tuple[Person, Person]]:
    """Pairs of two people, few of them twins."""
    return [
        (one, people.twin(one) if people.rng.random() < TWINS else people.draw())
        for one in (people.draw() for _ in range(count))
    ]


def main(count: int = 20_000) -> None:
    """Print the figures."""
    people = People(1)
    known, others = doubles(people, count), strangers(people, count)
    found, false = rates(known), rates(others)
    for at in THRESHOLDS:
        chosen = "  <- valgt" if at == ALIKE else ""
        print(f"terskel {at}: funnet {found[at]:6.2%}, falske varsler {false[at]:6.2%}{chosen}")
    norwegian = rates(strangers(People(1, ("no_NO",)), count))[ALIKE]
    twins = rates([(one, people.twin(one)) for one in (people.draw() for _ in range(count))])[ALIKE]
    print(f"bare norske navn: falske varsler {norwegian:.2%}; tvillinger: {twins:.2%}")
    for way in WAYS:
        pairs = [(one, way(people, one)) for one in (people.draw() for _ in range(count // 10))]
        changed = [pair for pair in pairs if pair[0] != pair[1]]
        print(f"{way.__name__[1:]:>10}: {rates(changed)[ALIKE]:7.2%} funnet av {len(changed)} som er skrevet ulikt")


if __name__ == "__main__":
    main()
