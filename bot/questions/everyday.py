"""What everyday words stand for in a question; the names of a ledger come before them."""

from collections.abc import Mapping

from bot.questions.kinds import Kind

EVERYDAY: Mapping[Kind, tuple[str, ...]] = {
    Kind.YEAR_OVER_YEAR: ("yoy", "y/y", "year over year", "year on year"),
    Kind.LAST_MONTH: ("mom", "m/m", "month over month", "month on month"),
    Kind.LAST_QUARTER: ("qoq", "q/q", "quarter over quarter", "quarter on quarter"),
    Kind.AND: ("and", "&", "or", "+", "/", "plus"),
    Kind.COMPARE: (
        *("compare", "comparing", "comparison", "comparison of", "difference", "differences"),
        *("difference between", "gap", "gap between", "differ", "differ between", "between"),
        *("change between", "changes between", "changed between", "moved between"),
    ),
    Kind.REASON: (
        *("drivers", "driver", "driving", "drives", "drove", "cause", "causes", "caused"),
        *(
            "price increase",
            "price increases",
            "price rise",
            "pricing",
            "should we do",
            "should i do",
        ),
        *("to do", "work on", "focus on", "fix"),
    ),
    Kind.COURSE: (
        *("getting better", "getting worse", "improving", "worsening", "trending", "direction"),
        *("going up", "going down", "growing", "shrinking", "declining"),
    ),
    Kind.MINE: ("my accounts", "my customers", "my clients", "my book", "my book of business"),
    Kind.PART: (
        *("churn", "churn rate", "expansion rate", "contraction rate", "churning", "churns"),
        *("contraction", "contracting", "downgrade", "downgrades", "downsell", "downsells"),
        *("expansion", "expansions", "expand", "expands", "expanding", "upgrade", "upgrades"),
        *("upsell", "upsells", "cross sell", "revenue churn", "mrr churn"),
        *("gross churn", "net churn", "gross revenue churn", "net revenue churn"),
        *("gross mrr churn", "net mrr churn", "quick ratio", "net new mrr", "new mrr", "net new"),
        *("existing customers", "existing", "breakdown", "waterfall", "mrr waterfall", "bridge"),
        *("mrr bridge", "movements", "mrr movements"),
        *("lose", "loses", "losing", "loss", "losses"),
        *("churned mrr", "churned revenue", "lost mrr", "lost revenue", "lost arr"),
        *("customer count", "account count", "logo count", "nb of customers", "nb of accounts"),
        *("concentrated", "concentration"),
        *("what share", "share of revenue", "share of mrr", "share of arr", "details of"),
    ),
    Kind.COUNT: (
        *("how many customers", "how many accounts", "how many logos", "number of customers"),
        *("number of accounts", "logo", "logos", "logo retention", "customer retention"),
        *("customer churn", "account churn"),
    ),
    Kind.LEVEL: (
        *("what is our mrr", "what's our mrr", "total mrr", "current mrr", "growth rate"),
        *("revenue growth", "mrr growth", "revenue growth rate", "mrr growth rate"),
    ),
    Kind.ARR_LEVEL: (
        *("what is our arr", "what's our arr", "how much arr", "total arr", "current arr"),
        *("arr growth", "arr growth rate"),
    ),
    Kind.NRR: (
        *("nrr", "ndr", "dbnr", "net revenue retention", "net dollar retention"),
        *("dollar based net retention", "net retention"),
    ),
    Kind.GRR: ("grr", "gross revenue retention", "gross dollar retention", "gross retention"),
    Kind.FILLER: (
        *("mrr", "monthly recurring revenue", "retention", "revenue retention"),
        *("a", "an", "the", "our", "my", "for", "in", "of", "on", "over", "during", "at"),
        *("from", "to", "with", "what", "what's", "was", "is", "show", "me", "give"),
        *("please", "segment's", "company's", "how", "did", "does", "do", "doing", "has", "have"),
        *("are", "it", "go", "going", "gone", "went", "up", "down", "fall", "fell", "fallen"),
        *("drop", "dropped", "decline", "declined", "decrease", "decreased", "rise", "rose"),
        *("risen", "grow", "grew", "grown", "increase", "increased", "improve", "improved"),
        *("change", "changed", "move", "moved", "so", "much", "many", "we", "us", "i", "you"),
        *("worst", "best", "biggest", "largest", "lowest", "highest", "top", "weakest", "which"),
        *("strongest", "most", "least", "more", "less", "better", "worse", "good", "bad", "ok"),
        *("okay", "fine", "healthy", "low", "high", "looking", "look", "about", "leaking", "leak"),
        *("leaks", "leaky bucket", "where"),
        *("performing", "perform", "performance", "numbers", "figures", "results", "now"),
        *("currently", "current", "today", "so far", "recently", "lately", "end", "the end of"),
        *("revenue", "money", "cost", "costs", "coming", "get", "getting", "see", "tell me"),
        *("can", "should", "worry", "worried", "be", "been", "there", "any", "by far", "just"),
        *("ones", "one", "them", "that", "this", "and what", "as a", "as an", "owned by"),
        *("managed by", "comes", "comes from", "came from", "fastest", "slowest"),
        *("keep", "keeps", "kept", "number", "number of", "got", "anything", "news", "big"),
        *("without usage", "excluding usage", "excl. usage", "excl usage", "ex usage", "no usage"),
        *("committed", "committed mrr", "committed arr"),
        *("how's", "how's business", "how is business", "headline", "headlines", "tldr"),
        *("right now", "at the moment", "atm", "these days", "as of now", "r", "u", "ur"),
        *("wat", "wats", "waht", "bring", "brings", "brought", "list of", "list the", "list all"),
        *("summary", "overview", "snapshot", "recap", "highlights"),
    ),
}
