package io.plasmastore.store;

import io.plasmastore.protocol.Access;

/**
 * Who is about to become a client.
 *
 * @param pid its process, as the kernel says if it can
 * @param uid its user, as the kernel says
 * @param name what it calls itself
 * @param access what it may do
 */
record NewClient(long pid, long uid, String name, Access access) {}
