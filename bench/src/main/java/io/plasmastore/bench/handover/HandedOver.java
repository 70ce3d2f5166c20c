package io.plasmastore.bench.handover;

/**
 * What it took to hand rows over, in nanoseconds.
 *
 * @param total from just before the put until the other process had the sum and let go of the rows
 * @param put until the producer was done with it
 * @param opens in the consumer, each until the rows could be read: the first and, if the way keeps
 *     them, some more
 */
public record HandedOver(long total, long put, long[] opens) {}
