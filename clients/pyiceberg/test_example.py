import example


def test_example_shows_the_table_now_and_before():
    now, then = example.main()
    assert now == [{"station": "Jungfraujoch", "celsius": -8.5}]
    assert then == [{"station": "Jungfraujoch", "celsius": -7.5}, {"station": "Säntis", "celsius": -2.0}]
