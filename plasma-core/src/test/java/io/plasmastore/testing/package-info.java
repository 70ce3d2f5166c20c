/** What the tests of the core share: stores, other processes, raw lanes, and waiting. */
package io.plasmastore.testing;
