package dev.firn.config;

import java.time.Duration;

/**
 * How the server plans scans.
 *
 * @param filesPerAnswer how many data files one answer lists at most
 * @param filesWhileWaiting a scan over more data files than this is planned in the background
 * @param planLifetime how long a plan can be fetched
 */
public record ScanSettings(int filesPerAnswer, long filesWhileWaiting, Duration planLifetime) {}
