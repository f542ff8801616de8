package dev.firn.scan;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;

/** The plans that can be fetched: bounded in number by the memory that they take, and each for a limited time. */
final class Plans {
    private final Cache<String, Plan> plans;

    Plans(Duration lifetime, long bytes) {
        this.plans = Caffeine.newBuilder()
                .expireAfterWrite(lifetime)
                .maximumWeight(bytes)
                .weigher((String id, Plan plan) -> plan.weight())
                .build();
    }

    void keep(Plan plan) {
        plans.put(plan.id(), plan);
    }

    /** Weighs a plan again that has changed, if it is still there; its time begins anew. */
    void changed(Plan plan) {
        plans.asMap().replace(plan.id(), plan);
    }

    Optional<Plan> find(String id) {
        return Optional.ofNullable(plans.getIfPresent(id));
    }
}
