package io.plasmastore.sort;

import io.plasmastore.ObjectId;
import io.plasmastore.arrow.ArrowClient;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Divides dataframes that lie in the store among buckets by the values of some columns: K
 * partitions in, L buckets out, each a dataframe in the store again, and a manifest that lists
 * them. It is the first half of {@link ParallelSort}, for those who join or group and need no
 * order.
 *
 * <pre>{@code
 * PartitionBy byCustomer = PartitionBy.of(dataframes).hash("customer").buckets(32);
 * List<ObjectId> orders = byCustomer.partitions(orderIds).run().bucketIds();
 * List<ObjectId> customers = byCustomer.partitions(customerIds).run().bucketIds();
 * for (int i = 0; i < 32; i++) {
 *   join(orders.get(i), customers.get(i));
 * }
 * }</pre>
 *
 * <p><b>Rows</b> whose keys are equal are in one bucket, and rows of one bucket keep the order of
 * the partitions as given and of the rows in them. So a key that most rows have makes its bucket
 * large. Null is a value of its own here. Which columns can travel, and which be keys, is as {@link
 * ParallelSort} has it, and a dictionary-encoded column comes out as a plain column of its values.
 *
 * <p><b>By {@linkplain #hash hash}</b> the bucket depends on the values of the keys and on the
 * number of buckets alone: equal values have buckets of one number in any two dataframes, in any
 * process, whatever the columns are called. Integers, bools and dates, times, timestamps and
 * durations are equal where their numbers are, of whatever width and sign; floats where they are as
 * doubles, all NaNs being equal and −0.0 being 0.0; utf8 and binary, plain, large or of fixed size,
 * where their bytes are; decimals where their unscaled values are. A number in a float and in an
 * integer may differ.
 *
 * <p><b>By {@linkplain #range range}</b> the buckets are in the order of the keys, as {@link
 * ParallelSort} orders them: no row of a bucket comes after one of the next. Where they end is
 * chosen by a sample, so that they get about as many rows, and is a result itself, {@link
 * PartitionResult#splitters}, for others to be divided {@linkplain #splitters alike}.
 *
 * <p><b>Store.</b> The partitions are not changed, are held while this runs, and stay unless {@link
 * #consume} says otherwise. The store needs room for the data once more, twice in all. What is only
 * needed on the way is deleted on the way, and on failure everything that was made is. Buckets,
 * splitters and manifest are kept: a full store does not drop them, and the caller deletes them.
 *
 * <p>Immutable: each method gives a new partitioning. Safe for many threads. Owns neither client
 * nor allocator.
 */
public final class PartitionBy extends BucketJob<PartitionBy> {
  private PartitionBy(ArrowClient dataframes, SortOptions options) {
    super(dataframes, options);
  }

  /**
   * A partitioning in a store, without keys and partitions yet: by as many worker processes as
   * there are processors, verified.
   *
   * @param dataframes the store; its allocator counts what this process reads, samples alone unless
   *     the workers are threads
   * @return the partitioning
   */
  public static PartitionBy of(ArrowClient dataframes) {
    return new PartitionBy(dataframes, SortOptions.DEFAULT.withArrangement(Arrangement.HASHED));
  }

  /**
   * Has rows go by a hash of the values of some columns. The last of this and {@link #range} holds.
   *
   * @param columns one or more names; their order matters
   * @return the partitioning
   */
  public PartitionBy hash(String... columns) {
    return with(
        options()
            .withArrangement(Arrangement.HASHED)
            .withKeys(Arrays.stream(columns).map(SortKey::of).toList()));
  }

  /**
   * Has rows go by where their keys lie among splitters. The last of this and {@link #hash} holds.
   *
   * @param keys one or more, the first decides first
   * @return the partitioning
   */
  public PartitionBy range(SortKey... keys) {
    return with(options().withArrangement(Arrangement.RANGED).withKeys(List.of(keys)));
  }

  /**
   * Where the buckets are to end, instead of by a sample: with n splitters there are n + 1 buckets,
   * and a row whose keys are equal to a splitter's comes behind it. For {@link #range}, without
   * {@link #buckets}.
   *
   * @param id a dataframe with columns of the keys' names and types, each row after the one before;
   *     other columns are not looked at. It is not changed, and read before {@link #run} returns
   * @return the partitioning
   */
  public PartitionBy splitters(ObjectId id) {
    return with(options().withSplitters(Objects.requireNonNull(id, "id")));
  }

  /**
   * Divides.
   *
   * @return what was done; the objects that it names are the caller's
   * @throws IllegalArgumentException naming column and type, if a partition has other columns than
   *     the first, a key's column is missing or has no order, or the splitters are not in order or
   *     of other types; nothing has started
   * @throws UnsupportedOperationException naming the field, if a column's type is one that cannot
   *     travel; nothing has started
   * @throws io.plasmastore.PlasmaException if a partition is not there, or the store is full or
   *     gone, here or in a worker
   * @throws WorkerFailedException if a worker fails otherwise, or dies again and again
   * @throws InterruptedException if this thread is interrupted; everything has ended and was
   *     cleaned up
   */
  public PartitionResult run() throws InterruptedException {
    options().check();
    @Nullable ObjectId given = options().splitters();
    SortOptions options =
        given == null
            ? options()
            : options().withBuckets(RangeSplitters.requireBuckets(dataframes(), given));
    SortResult result = SortRun.run(dataframes(), options);
    PartitionManifest manifest = PartitionManifest.get(dataframes(), result.manifest());
    return new PartitionResult(
        result.rows(),
        result.partitions(),
        result.buckets(),
        Optional.ofNullable(manifest.splitters()),
        result.manifest(),
        result.workers(),
        result.processes(),
        result.retries(),
        result.verified(),
        result.seconds(),
        result.verifySeconds(),
        result.totalSeconds());
  }

  @Override
  PartitionBy with(SortOptions options) {
    return new PartitionBy(dataframes(), options);
  }
}
