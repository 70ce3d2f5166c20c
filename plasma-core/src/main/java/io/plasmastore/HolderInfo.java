package io.plasmastore;

/**
 * Who holds an object.
 *
 * @param client the store's number for the client, see {@link ClientInfo#number}
 * @param pins how often it holds the object
 */
public record HolderInfo(int client, long pins) {}
