package io.plasmastore.arrow.records;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Stores the texts of a component by a dictionary, those in an {@code Optional}, in lists and in
 * maps included: each different text once, and for each row its index, of 32 bits. For texts of
 * which there are few different ones, such as symbols, cities, categories. Whoever reads them makes
 * each once, so that equal texts that are read of one list are mostly one {@code String}.
 *
 * <pre>{@code
 * record Trade(long id, @DictionaryEncoded String symbol, double price) {}
 * }</pre>
 *
 * <p>It says how a component is written. What is read may be encoded or not, whatever the component
 * says. The dictionary is the component's own, in the order in which its texts were met; where
 * several threads take a long list apart, that is not the same each time. Where nearly every text
 * is another one it takes more time and memory than without; a dictionary has room for 1 GB of
 * texts.
 *
 * <p>On a component without texts it is refused by {@link RecordCodec#of}: enums are stored by a
 * dictionary in any case, and the components of a nested record have their own annotations.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface DictionaryEncoded {}
