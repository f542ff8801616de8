def test_a_stream_is_written_and_read_again(sql, tmp_path):
    sql("CREATE TABLE {n}.source (id BIGINT)")
    sql("CREATE TABLE {n}.sink (id BIGINT)")

    def run_once():
        query = (
            sql.spark.readStream.table(f"{sql.namespace}.source")
            .writeStream.format("iceberg")
            .outputMode("append")
            .trigger(availableNow=True)
            .option("checkpointLocation", str(tmp_path / "checkpoint"))
            .toTable(f"{sql.namespace}.sink")
        )
        assert query.awaitTermination(120)
        assert query.exception() is None

    sql("INSERT INTO {n}.source VALUES (1), (2)")
    run_once()
    assert sql("SELECT * FROM {n}.sink") == [(1,), (2,)]
    sql("INSERT INTO {n}.source VALUES (3)")
    sql("INSERT INTO {n}.source VALUES (4)")
    run_once()
    # What was read before is not read again.
    assert sql("SELECT * FROM {n}.sink") == [(1,), (2,), (3,), (4,)]
