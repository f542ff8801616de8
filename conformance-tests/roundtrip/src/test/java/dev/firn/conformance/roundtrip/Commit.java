package dev.firn.conformance.roundtrip;

import java.util.List;

/**
 * One request.
 *
 * @param updates what it is to do
 * @param careless whether it keeps updates that cannot be applied; all others are left out
 * @param inTransaction whether it goes with a change of a second table, both or none
 * @param checked whether it names a requirement
 */
record Commit(List<Step> updates, boolean careless, boolean inTransaction, boolean checked) {}
