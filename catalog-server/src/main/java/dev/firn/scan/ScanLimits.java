package dev.firn.scan;

import java.time.Duration;

/**
 * What bounds the planning of scans.
 *
 * @param filesPerAnswer how many data files one answer lists at most; the rest is fetched by plan tasks
 * @param filesWhileWaiting a client waits for the plan of a scan over at most this many data files; a larger scan is planned in the background
 * @param planLifetime how long a plan can be fetched
 * @param cacheBytes about how much memory parsed manifests may take
 */
public record ScanLimits(int filesPerAnswer, long filesWhileWaiting, Duration planLifetime, long cacheBytes) {}
