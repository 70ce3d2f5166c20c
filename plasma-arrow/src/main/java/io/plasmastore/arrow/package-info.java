/**
 * Dataframes in the store: an Arrow {@code VectorSchemaRoot} put by one process is got by another
 * as a {@code VectorSchemaRoot} over the same physical memory.
 *
 * <p>Four types carry it. An {@link io.plasmastore.arrow.ArrowClient} puts and gets. An {@link
 * io.plasmastore.arrow.ArrowObject} is an opened object with many batches or with dictionaries. An
 * {@link io.plasmastore.arrow.ArrowBuilder} is one under construction, filled where it lies. An
 * {@link io.plasmastore.arrow.ArrowMetadata} is what the object says about itself to those who only
 * list. {@link io.plasmastore.arrow.Columns} say what of a dataframe is read.
 *
 * <p><b>Memory.</b> What is got is read-only: a write through an {@code ArrowBuf} ends the JVM that
 * tries, and the data stays whole. It stays valid until the last root, reader or buffer got from
 * the object is closed; closing that one releases the pin. Each open object counts once, with its
 * whole size, against the limit of the allocator.
 *
 * <p><b>Copies.</b> None on get, one on put, none of what is built in place. Only what another
 * producer compressed, and dictionaries that a stream appends to, are put together in memory of the
 * allocator when they are loaded.
 *
 * <p><b>Threads.</b> An {@code ArrowClient} and an {@code ArrowObject} may be used by any number of
 * threads. A root or a reader belongs to one thread at a time.
 *
 * <p><b>Errors.</b> A caller's mistake is an {@link java.lang.IllegalArgumentException} or {@link
 * java.lang.IllegalStateException}, data that this version does not know is an {@link
 * java.lang.UnsupportedOperationException}, bytes that are no Arrow stream are an {@link
 * io.plasmastore.arrow.InvalidArrowDataException}, and what the store refuses is a {@link
 * io.plasmastore.PlasmaException}. After each of them nothing is stored and nothing stays pinned.
 *
 * <p><b>Start-up flags.</b> {@code --enable-native-access} and {@code
 * --sun-misc-unsafe-memory-access=allow}, the second for Arrow itself. No {@code --add-opens}, as
 * long as nothing calls {@code ArrowBuf.nioBuffer()}.
 */
@NullMarked
package io.plasmastore.arrow;

import org.jspecify.annotations.NullMarked;
