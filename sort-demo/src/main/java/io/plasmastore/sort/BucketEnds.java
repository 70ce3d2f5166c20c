package io.plasmastore.sort;

import io.plasmastore.arrow.ArrowClient;
import java.util.List;

/** Compares the last row of each bucket with the first of the next. */
final class BucketEnds {
  private BucketEnds() {}

  /** How many buckets end with a row that comes after the first of the next that has any. */
  static long disordered(ArrowClient dataframes, KeyRules rules, List<SortResult.Bucket> buckets) {
    List<SortResult.Bucket> filled = buckets.stream().filter(bucket -> bucket.rows() > 0).toList();
    long disordered = 0;
    for (int i = 1; i < filled.size(); i++) {
      SortResult.Bucket before = filled.get(i - 1);
      SortResult.Bucket after = filled.get(i);
      try (OpenRows rows = new OpenRows()) {
        rows.add(dataframes.open(before.id()), before.rows() - 1, before.rows());
        rows.add(dataframes.open(after.id()), 0, 1);
        long last = RowOrder.reference(0, rows.parts().getFirst().from());
        long first = RowOrder.reference(1, 0);
        if (rows.order(rules).compare(last, first, 0) > 0) {
          disordered++;
        }
      }
    }
    return disordered;
  }
}
