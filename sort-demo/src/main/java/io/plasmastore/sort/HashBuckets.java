package io.plasmastore.sort;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds buckets by the hash of the keys. One thread. */
final class HashBuckets implements RowBuckets {
  private final int buckets;
  private final List<KeyColumn[]> batches = new ArrayList<>();
  private final long[] identities = new long[BLOCK];
  private final long[] hashes = new long[BLOCK];

  HashBuckets(int buckets) {
    this.buckets = buckets;
  }

  @Override
  public int add(KeyColumn[] keys) {
    batches.add(keys);
    return batches.size() - 1;
  }

  @Override
  public void find(int batch, int from, int count, char[] found, int at) {
    Arrays.fill(hashes, 0, count, 0);
    for (KeyColumn key : batches.get(batch)) {
      key.identities(from, from + count, identities);
      if (key.hasNulls()) {
        for (int i = 0; i < count; i++) {
          identities[i] = key.isNull(from + i) ? KeyHash.NULL : identities[i];
        }
      }
      for (int i = 0; i < count; i++) {
        hashes[i] = KeyHash.with(hashes[i], identities[i]);
      }
    }
    for (int i = 0; i < count; i++) {
      found[at + i] = (char) KeyHash.bucket(hashes[i], buckets);
    }
  }
}
