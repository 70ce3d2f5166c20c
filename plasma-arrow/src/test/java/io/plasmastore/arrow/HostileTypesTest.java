package io.plasmastore.arrow;

import static io.plasmastore.arrow.Dataframes.nested;

import org.apache.arrow.vector.extension.UuidType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The same with views, list views, unions, run ends, and structs that repeat a name. */
class HostileTypesTest extends HostileBytesTest {
  @Override
  int flips() {
    return 10_000;
  }

  @Override
  byte[] smallStream() throws Exception {
    Field ends = Field.notNullable("e", new ArrowType.Int(16, true));
    Field views = Field.nullable("v", ArrowType.Utf8View.INSTANCE);
    return smallStream(
        views,
        nested("lv", ArrowType.ListView.INSTANCE, views),
        nested("ll", ArrowType.LargeListView.INSTANCE, FLAG),
        nested("su", new ArrowType.Union(UnionMode.Sparse, new int[] {3, 9}), TEXT, FLAG),
        nested("du", new ArrowType.Union(UnionMode.Dense, new int[] {3, 9}), TEXT, FLAG),
        nested("r", ArrowType.RunEndEncoded.INSTANCE, ends, TEXT),
        nested("s", ArrowType.Struct.INSTANCE, TEXT, TEXT),
        Field.nullable("u", UuidType.INSTANCE));
  }
}
