package io.plasmastore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a listing: what the store knew of an object when it was asked.
 *
 * @param id the object, with its name if it was created under one
 * @param state where it is in its life
 * @param size of its data in bytes, metadata excluded
 * @param metadataSize of its metadata in bytes
 * @param createdAt when it was created
 * @param sealedAt when it was sealed, or null
 * @param pins how often it is held open, over all clients
 * @param holders how many clients hold it open
 */
public record ObjectInfo(
    ObjectId id,
    ObjectState state,
    long size,
    int metadataSize,
    Instant createdAt,
    @Nullable Instant sealedAt,
    long pins,
    int holders) {}
