using CollabHub.Domain;
using CollabHub.Domain.History;

namespace CollabHub.Tests.Unit.History;

public class TextCacheTests
{
    private readonly FileId[] _files = [.. Enumerable.Range(0, 5).Select(_ => new FileId(Guid.NewGuid()))];

    [Fact]
    public void A_text_is_found_at_its_number_only_and_an_older_one_never_replaces_it()
    {
        var cache = new TextCache(10_000);
        cache.Keep(_files[0], new TextAt(5, "five"));
        cache.Keep(_files[0], new TextAt(4, "four"));
        Assert.Equal("five", cache.Find(_files[0], 5)?.Text);
        Assert.Null(cache.Find(_files[0], 4));
        Assert.Null(cache.Find(_files[1], 5));
    }

    [Fact]
    public void The_bound_holds_and_what_was_not_used_for_longest_goes_first()
    {
        var cache = new TextCache(4 * 1256);
        for (var i = 0; i < 4; i++) cache.Keep(_files[i], new TextAt(1, new string('x', 500)));
        Assert.NotNull(cache.Find(_files[0], 1));
        cache.Keep(_files[4], new TextAt(1, new string('x', 500)));
        Assert.Null(cache.Find(_files[1], 1));
        Assert.All(_files.Where(file => file != _files[1]), file => Assert.NotNull(cache.Find(file, 1)));
        Assert.Equal(4 * 1256, cache.Bytes);
        cache.Keep(_files[1], new TextAt(1, new string('x', 100_000)));
        Assert.Equal(4 * 1256, cache.Bytes);
    }
}
