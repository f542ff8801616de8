import example


def test_example_shows_the_table_now_and_before():
    now, then = example.main()
    assert now == [("Jungfraujoch", -8.5)]
    assert then == [("Jungfraujoch", -7.5), ("Säntis", -2.0)]
