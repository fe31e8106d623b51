package lurewatch;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;

/** Leaves out a token that stands twice in one place. */
@NamedComponent("unique")
public final class Unique implements TokenFilterFactory {
    @Override
    public TokenStream create(TokenStream tokens) {
        return new RemoveDuplicatesTokenFilter(tokens);
    }
}
