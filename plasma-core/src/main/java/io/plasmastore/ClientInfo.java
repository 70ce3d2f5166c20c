package io.plasmastore;

import java.time.Instant;

/**
 * One client of a store, as the store sees it.
 *
 * @param number the store's number for it
 * @param pid its process
 * @param name what it calls itself
 * @param connectedAt when it connected
 * @param lanes how many connections it has open; 0 for one that has not come back since a store
 *     died
 * @param pins how often it holds objects
 * @param pinnedBytes of data of the objects that it holds
 * @param usedBytes of the store that objects take which it has created
 * @param writing how many objects it is writing
 * @param uid its user's id, 0 to 2^32 − 1; −1 for one that has not come back since a store died
 * @param readOnly whether it may do no more than read
 * @param requests how often it asked the store for anything
 * @param objects how many objects there are that it is writing or has created
 * @param writingBytes of data of the objects that it is writing
 * @param quota what {@code usedBytes} may come to; 0 for no limit
 */
public record ClientInfo(
    int number,
    long pid,
    String name,
    Instant connectedAt,
    int lanes,
    long pins,
    long pinnedBytes,
    long usedBytes,
    int writing,
    long uid,
    boolean readOnly,
    long requests,
    int objects,
    long writingBytes,
    long quota) {}
