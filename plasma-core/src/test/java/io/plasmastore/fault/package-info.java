/** Clients and stores that are killed at random, and a model that knows what must be left. */
package io.plasmastore.fault;
