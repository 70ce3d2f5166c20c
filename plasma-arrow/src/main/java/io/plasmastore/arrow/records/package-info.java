/**
 * Java records in the store: a {@code List} of them put by one process is got by another as a lazy
 * {@code List} over the same physical memory, instead of being serialised.
 *
 * <p>Four types carry it. A {@link io.plasmastore.arrow.records.RecordCodec} knows the columns of a
 * record class. A {@link io.plasmastore.arrow.records.RecordClient} puts and gets. A {@link
 * io.plasmastore.arrow.records.RecordList} is what is got. An {@link
 * io.plasmastore.arrow.records.ObjectChannel} takes the place of an {@code ObjectOutputStream} and
 * an {@code ObjectInputStream} between two processes.
 *
 * <p><b>Errors.</b> As in {@link io.plasmastore.arrow}; besides, data that does not have what a
 * record asks for is a {@link io.plasmastore.arrow.records.SchemaMismatchException}.
 */
@NullMarked
package io.plasmastore.arrow.records;

import org.jspecify.annotations.NullMarked;
