from matinee.engines.usenet.shape import FileShape, Part, Shape


def test_the_first_part_decides_and_a_contradicting_one_is_refused() -> None:
    shape = FileShape(4)
    assert shape.takes(Part(1, 0, 100, 350))
    assert shape.shape == Shape(350, 100)
    assert shape.takes(Part(4, 300, 350, 350))
    assert not shape.takes(Part(2, 200, 300, 350))  # it is the third
    assert not shape.takes(Part(2, 100, 200, 999))
    assert not shape.takes(Part(2, 100, 150, 350))


def test_the_last_part_alone_tells_the_shape() -> None:
    shape = FileShape(4)
    assert shape.takes(Part(4, 300, 350, 350))
    assert shape.place_of(2) == (100, 200)


def test_places_outside_the_file_are_refused() -> None:
    for part in (
        Part(1, 400_000_000_000, 400_000_716_800, 3000),
        Part(1, -5, 10, 3000),
        Part(1, 0, 0, 3000),
        Part(1, 0, 10, 2**50),
    ):
        assert not FileShape(1).takes(part)


def test_three_others_overturn_a_first_part_that_lied() -> None:
    shape = FileShape(5)
    assert shape.takes(Part(2, 700, 1400, 9999))
    for number in (1, 3, 4):
        assert not shape.takes(Part(number, (number - 1) * 100, number * 100, 450))
    assert shape.overturn()
    assert shape.shape == Shape(450, 100)
    assert not shape.overturn()


def test_unequal_parts_must_stand_in_order() -> None:
    shape = FileShape(4, Shape(300, 0))
    assert shape.takes(Part(2, 100, 150, 300))
    shape.note(2, 100, 150)
    assert not shape.takes(Part(1, 120, 140, 300))
    assert shape.takes(Part(3, 150, 280, 300))
