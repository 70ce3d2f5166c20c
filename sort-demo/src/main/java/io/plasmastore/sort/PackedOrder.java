package io.plasmastore.sort;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The order of packed rows that lie behind one another; a row is named by where it starts. One
 * thread.
 */
final class PackedOrder implements RowComparison {
  private final RowLayout layout;
  private final KeyRules rules;
  private final int secondBits;
  private final RowLayout.Column[] columns;
  private final int[][] stringsBefore;
  private MemorySegment rows = MemorySegment.NULL;

  /** Prefixes of the second key. */
  private long[] seconds = new long[0];

  /**
   * An order of rows to come.
   *
   * @param columns the numbers of the keys' columns
   */
  PackedOrder(RowLayout layout, KeyRules rules, int[] columns) {
    this.layout = layout;
    this.rules = rules;
    this.secondBits = rules.secondBits();
    this.columns = new RowLayout.Column[columns.length];
    this.stringsBefore = new int[columns.length][];
    for (int key = 0; key < columns.length; key++) {
      this.columns[key] = layout.columns().get(columns[key]);
      stringsBefore[key] = lengthsBefore(layout, columns[key]);
    }
  }

  /** Changes the rows. */
  void over(MemorySegment rows) {
    this.rows = rows;
  }

  @Override
  public int keyCount() {
    return rules.count();
  }

  /**
   * Puts the prefixes of the rows, from the first byte on.
   *
   * @param names gets where each row starts if their sizes differ
   */
  void load(int count, long[] names, long[] prefixes) {
    if (!layout.isFixed()) {
      long start = 0;
      for (int i = 0; i < count; i++) {
        names[i] = start;
        start += size(start);
      }
      for (int i = 0; i < count; i++) {
        prefixes[i] = prefix(0, names[i]);
      }
    } else if (!loadNumbers(count, prefixes)) {
      for (int i = 0; i < count; i++) {
        prefixes[i] = prefix(0, (long) i * layout.fixedSize());
      }
    }
  }

  /** Keys of numbers without nulls, in loops that do nothing else. */
  private boolean loadNumbers(int count, long[] prefixes) {
    if (!isNumber(0) || (secondBits > 0 && !isNumber(1))) {
      return false;
    }
    loadNumbers(0, count, prefixes);
    if (secondBits > 0) {
      if (seconds.length < count) {
        seconds = new long[count];
      }
      loadNumbers(1, count, seconds);
      for (int i = 0; i < count; i++) {
        prefixes[i] = KeyRules.combined(prefixes[i], seconds[i], secondBits);
      }
    }
    return true;
  }

  private boolean isNumber(int key) {
    return !columns[key].hasNulls() && rules.types().get(key) instanceof NumberForm;
  }

  private void loadNumbers(int key, int count, long[] prefixes) {
    NumberForm form = (NumberForm) rules.types().get(key);
    form.prefixes(rows, columns[key].offset(), layout.fixedSize(), count, prefixes, 0);
    if (rules.keys().get(key).isDescending()) {
      for (int i = 0; i < count; i++) {
        prefixes[i] = ~prefixes[i];
      }
    }
  }

  @Override
  public long prefix(int key, long row) {
    long prefix = ownPrefix(key, row);
    return key == 0 && secondBits > 0
        ? KeyRules.combined(prefix, ownPrefix(1, row), secondBits)
        : prefix;
  }

  @Override
  public boolean decides(int key, long prefix) {
    return rules.decides(key, prefix);
  }

  @Override
  public boolean decidesWithinRange(int key) {
    return rules.decidesWithinRange(key);
  }

  @Override
  public boolean goesDeeper(int key, long prefix) {
    return rules.goesDeeper(key, prefix);
  }

  @Override
  public long deeperPrefix(int key, long row, int depth) {
    BytesType type = (BytesType) rules.types().get(key);
    return rules.directed(key, type.deeperPrefix(rows, start(key, row), length(key, row), depth));
  }

  @Override
  public int compare(long one, long two, int firstKey) {
    for (int key = firstKey; key < columns.length; key++) {
      boolean nullOne = isNull(key, one);
      boolean nullTwo = isNull(key, two);
      int order =
          nullOne || nullTwo
              ? rules.nulls(key, nullOne, nullTwo)
              : rules.directed(key, compareValues(key, one, two));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private int compareValues(int key, long one, long two) {
    return rules
        .types()
        .get(key)
        .compare(rows, start(key, one), length(key, one), rows, start(key, two), length(key, two));
  }

  private long ownPrefix(int key, long row) {
    return isNull(key, row)
        ? rules.ofNull(key)
        : rules.directed(
            key, rules.types().get(key).prefix(rows, start(key, row), length(key, row)));
  }

  private boolean isNull(int key, long row) {
    RowLayout.Column column = columns[key];
    return column.hasNulls()
        && (rows.get(OffHeap.BYTE, row + layout.nullOffset() + column.nullByte())
                & column.nullMask())
            != 0;
  }

  private long start(int key, long row) {
    RowLayout.Column column = columns[key];
    if (!column.shape().isBytes()) {
      return row + column.offset();
    }
    long start = row + layout.fixedSize();
    for (int lengthOffset : stringsBefore[key]) {
      start += rows.get(OffHeap.INT, row + lengthOffset);
    }
    return start;
  }

  private long length(int key, long row) {
    RowLayout.Column column = columns[key];
    return column.shape().isBytes() ? rows.get(OffHeap.INT, row + column.offset()) : column.width();
  }

  private long size(long row) {
    long size = layout.fixedSize();
    for (int number : layout.bytesColumns()) {
      size += rows.get(OffHeap.INT, row + layout.columns().get(number).offset());
    }
    return size;
  }

  /** Where the lengths of the strings before a column's lie in a row. */
  private static int[] lengthsBefore(RowLayout layout, int column) {
    List<RowLayout.Column> all = layout.columns();
    return Arrays.stream(layout.bytesColumns())
        .filter(number -> number < column)
        .map(number -> all.get(number).offset())
        .toArray();
  }
}
