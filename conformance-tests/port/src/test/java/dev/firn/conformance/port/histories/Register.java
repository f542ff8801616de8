package dev.firn.conformance.port.histories;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Whether what was seen of one register fits the sequence of its states: each request took effect at one moment between its begin and its end, in the order of the
 * sequence. Nothing that begins after another has ended comes before it.
 */
final class Register {
    /** A state, and when the request ran that made it: before {@code begin} nobody can have seen it, after {@code end} nobody can have seen an older one. */
    record Version(State state, long begin, long end) {}

    /** Something that happened at a known place of the sequence. */
    private record Certain(long end, int place) {}

    private final String name;
    private final List<Version> versions;
    private final List<Certain> certain = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    private Register(String name, List<Version> versions) {
        this.name = name;
        this.versions = versions;
    }

    /** What cannot be; empty if all fits. */
    static List<String> faults(String name, List<Version> versions, List<Sight> sights) {
        Register register = new Register(name, versions);
        register.learn(sights);
        for (int place = 1; place < versions.size(); place++) {
            register.checkWrite(place);
        }
        sights.forEach(register::checkSight);
        return register.faults;
    }

    private void learn(List<Sight> sights) {
        for (int place = 0; place < versions.size(); place++) {
            certain.add(new Certain(versions.get(place).end(), place));
        }
        for (Sight sight : sights) {
            int[] places = places(sight);
            if (places.length == 1) {
                certain.add(new Certain(sight.end(), places[0]));
            }
        }
        certain.sort(Comparator.comparingLong(Certain::end));
        for (int index = 1; index < certain.size(); index++) {
            // From now on: the latest place known up to here.
            int latest =
                    Math.max(certain.get(index - 1).place(), certain.get(index).place());
            certain.set(index, new Certain(certain.get(index).end(), latest));
        }
    }

    private int[] places(Sight sight) {
        return java.util.stream.IntStream.range(0, versions.size())
                .filter(place -> sight.fits().test(versions.get(place).state()))
                .toArray();
    }

    /** The latest place that something had which ended before this moment. */
    private int latestBefore(long moment) {
        int low = 0;
        int high = certain.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (certain.get(middle).end() < moment) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? -1 : certain.get(low - 1).place();
    }

    /** The last place whose request, and that of all before it, had been sent by this moment. */
    private int lastBegunBy(long moment) {
        int place = 0;
        while (place + 1 < versions.size() && versions.get(place + 1).begin() <= moment) {
            place++;
        }
        return place;
    }

    private void checkWrite(int place) {
        Version version = versions.get(place);
        int latest = latestBefore(version.begin());
        if (latest >= place) {
            faults.add("%s: %s stands at place %d, but place %d was over before it was sent"
                    .formatted(name, version.state(), place, latest));
        }
    }

    private void checkSight(Sight sight) {
        int from = Math.max(0, latestBefore(sight.begin()));
        int to = lastBegunBy(sight.end());
        for (int place = from; place <= to; place++) {
            if (sight.fits().test(versions.get(place).state())) {
                return;
            }
        }
        int[] places = places(sight);
        faults.add("%s: %s fits none of the places %d to %d, which it could have seen; %s"
                .formatted(
                        name,
                        sight.what(),
                        from,
                        to,
                        places.length == 0 ? "it never was so" : "it was so at place " + places[0]));
    }
}
