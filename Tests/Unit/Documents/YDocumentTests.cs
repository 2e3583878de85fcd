using System.Text;
using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>What callers of a document rely on, beyond the vectors.</summary>
public class YDocumentTests
{
    private const string Root = "content";

    [Fact]
    public void Random_own_edits_match_a_string_and_reach_a_receiver()
    {
        var random = new Random(11);
        using var author = new YDocument();
        using var receiver = new YDocument();
        var text = new StringBuilder();
        for (var round = 0; round < 3000; round++)
        {
            var edits = RandomEdits(random, text.ToString());
            foreach (var edit in Enumerable.Reverse(edits)) text.Remove(edit.Position, edit.Deleted).Insert(edit.Position, edit.Inserted);
            var update = author.ApplyTextEdits(Root, 1 + (round % 3), edits);
            if (update is not null) Assert.True(receiver.Apply(update).Changed);
            if (round % 50 == 0) Assert.Equal(text.ToString(), author.GetText(Root));
        }
        Assert.Equal(text.ToString(), author.GetText(Root));
        Assert.Equal(text.Length, author.TextLength(Root));
        Assert.Equal(text.ToString(), receiver.GetText(Root));
        Assert.Equal(Vectors.Normal(author.EncodeStateAsUpdate()), Vectors.Normal(receiver.EncodeStateAsUpdate()));
    }

    [Fact]
    public void Many_who_type_at_long_texts_of_their_own_do_not_have_everything_copied_again_and_again()
    {
        const int writers = 30;
        var authors = Enumerable.Range(0, writers).Select(static _ => new YDocument()).ToArray();
        var lengths = new int[writers];
        using var server = new YDocument();
        byte[] Type(int writer, string text)
        {
            var update = authors[writer].ApplyTextEdits(Root, 100 + writer, [new TextEdit(lengths[writer], 0, text)])!;
            lengths[writer] += text.Length;
            return update;
        }
        for (var writer = 0; writer < writers; writer++) server.Apply(Type(writer, new string('x', 20_000)));
        var (paste, pasted) = (new YDocument(), 0);
        var updates = new List<byte[]>();
        for (var round = 0; round < 100; round++)
        {
            for (var writer = 0; writer < writers; writer++) updates.Add(Type(writer, "a letter or two"));
            updates.Add(paste.ApplyTextEdits(Root, 7, [new TextEdit(0, pasted, new string('p', 20_000))])!);
            pasted = 20_000;
        }
        foreach (var update in updates.Take(updates.Count / 2)) server.Apply(update);
        var (compactions, allocated) = (server.Compactions, GC.GetAllocatedBytesForCurrentThread());
        foreach (var update in updates.Skip(updates.Count / 2)) server.Apply(update);
        compactions = server.Compactions - compactions;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        // The pastes leave a megabyte behind, which is somewhat more than a third of all.
        Assert.InRange(compactions, 1, 4);
        Assert.InRange(allocated, 0, 256 * 1024);
        Assert.Equal(lengths.Sum() + 20_000, server.TextLength(Root));
        foreach (var author in authors) author.Dispose();
        paste.Dispose();
    }

    [Fact]
    public void Positions_stay_right_while_others_edit_in_between()
    {
        var random = new Random(12);
        using var ours = new YDocument();
        using var theirs = new YDocument();
        ours.ApplyTextEdits(Root, 1, [new TextEdit(0, 0, new string('-', 2000))]);
        theirs.Apply(ours.EncodeStateAsUpdate());
        for (var round = 0; round < 2000; round++)
        {
            var text = ours.GetText(Root);
            var edits = RandomEdits(random, text);
            var mine = ours.ApplyTextEdits(Root, 1, edits);
            var expected = new StringBuilder(text);
            foreach (var edit in Enumerable.Reverse(edits)) expected.Remove(edit.Position, edit.Deleted).Insert(edit.Position, edit.Inserted);
            Assert.Equal(expected.ToString(), ours.GetText(Root));
            var remote = theirs.ApplyTextEdits(Root, 2, RandomEdits(random, theirs.GetText(Root)));
            if (mine is not null) theirs.Apply(mine);
            if (remote is not null) ours.Apply(remote);
            Assert.Equal(theirs.GetText(Root), ours.GetText(Root));
        }
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(-1, 0)]
    [InlineData(2, 3)]
    [InlineData(0, -1)]
    public void An_edit_outside_of_the_text_changes_nothing(int position, int deleted)
    {
        using var document = new YDocument();
        document.ApplyTextEdits(Root, 1, [new TextEdit(0, 0, "four")]);
        Assert.Throws<ArgumentException>(() => document.ApplyTextEdits(Root, 1, [new TextEdit(0, 1, ""), new TextEdit(position, deleted, "x")]));
        Assert.Equal("four", document.GetText(Root));
    }

    [Fact]
    public void Edits_that_say_nothing_make_no_update()
    {
        using var document = new YDocument();
        Assert.Null(document.ApplyTextEdits(Root, 1, []));
        Assert.Null(document.ApplyTextEdits(Root, 1, [new TextEdit(0, 0, "")]));
        Assert.Equal(0, document.ClientCount);
    }

    [Fact]
    public void Ten_thousand_updates_in_reverse_order_wait_and_then_arrive()
    {
        using var author = new YDocument();
        var updates = Enumerable.Range(0, 10_000).Select(i => author.ApplyTextEdits(Root, 1, [new TextEdit(i, 0, "x")])!).Reverse().ToList();
        using var receiver = new YDocument();
        foreach (var update in updates[..^1]) Assert.True(receiver.Apply(update) is { Ok: true, Changed: true, TextChanged: false });
        Assert.True(receiver.HasPending);
        Assert.False(receiver.Apply(updates[0]).Changed);
        Assert.Equal(0, receiver.State(1));
        Assert.True(receiver.Apply(updates[^1]).TextChanged);
        Assert.False(receiver.HasPending);
        Assert.Equal(10_000, receiver.TextLength(Root));
    }

    [Fact]
    public void What_waits_is_part_of_the_stored_state()
    {
        using var author = new YDocument();
        var first = author.ApplyTextEdits(Root, 1, [new TextEdit(0, 0, "a")])!;
        var second = author.ApplyTextEdits(Root, 1, [new TextEdit(1, 0, "b")])!;
        var deletion = author.ApplyTextEdits(Root, 1, [new TextEdit(0, 1, "")])!;
        using var server = new YDocument();
        server.Apply(second);
        server.Apply(deletion);
        using var restarted = new YDocument();
        restarted.Apply(server.EncodeStateAsUpdate());
        Assert.True(restarted.HasPending);
        restarted.Apply(first);
        Assert.False(restarted.HasPending);
        Assert.Equal("b", restarted.GetText(Root));
    }

    [Fact]
    public void Too_much_that_waits_is_refused_and_what_fits_is_not()
    {
        using var author = new YDocument();
        var updates = Enumerable.Range(0, 20).Select(i => author.ApplyTextEdits(Root, 1, [new TextEdit(i, 0, "xx")])!).ToList();
        using var small = new YDocument(new DocumentOptions { MaxPendingStructs = 5 });
        foreach (var update in updates[2..7]) Assert.True(small.Apply(update).Ok);
        Assert.Equal(new ApplyResult(DecodeError.LimitExceeded, false, false), small.Apply(updates[8]));
        Assert.True(small.Apply(Updates.Merge([.. updates.Select(u => (ReadOnlyMemory<byte>)u)])).Ok);
        Assert.False(small.HasPending);
        Assert.Equal(author.GetText(Root), small.GetText(Root));
    }

    [Theory]
    [InlineData(nameof(DocumentOptions.MaxUpdateBytes))]
    [InlineData(nameof(DocumentOptions.MaxStructs))]
    [InlineData(nameof(DocumentOptions.MaxItems))]
    [InlineData(nameof(DocumentOptions.MaxClients))]
    [InlineData(nameof(DocumentOptions.MaxDocumentBytes))]
    [InlineData(nameof(DocumentOptions.MaxKeyBytes))]
    public void Every_bound_refuses_what_goes_beyond(string bound)
    {
        var limits = bound switch
        {
            nameof(DocumentOptions.MaxUpdateBytes) => new DocumentOptions { MaxUpdateBytes = 20 },
            nameof(DocumentOptions.MaxStructs) => new DocumentOptions { MaxStructs = 1 },
            nameof(DocumentOptions.MaxItems) => new DocumentOptions { MaxItems = 1 },
            nameof(DocumentOptions.MaxClients) => new DocumentOptions { MaxClients = 1 },
            nameof(DocumentOptions.MaxDocumentBytes) => new DocumentOptions { MaxDocumentBytes = 4 },
            _ => new DocumentOptions { MaxKeyBytes = 3 },
        };
        using var author = new YDocument();
        author.ApplyTextEdits(Root, 1, [new TextEdit(0, 0, "one")]);
        author.ApplyTextEdits(Root, 2, [new TextEdit(0, 0, "two")]);
        using var bounded = new YDocument(limits);
        Assert.Equal(DecodeError.LimitExceeded, bounded.Apply(author.EncodeStateAsUpdate()).Error);
        Assert.Equal(0, bounded.ItemCount);
    }

    [Fact]
    public void Every_stretch_knows_its_author()
    {
        using var document = new YDocument();
        document.ApplyTextEdits(Root, 7, [new TextEdit(0, 0, "hello world")]);
        document.ApplyTextEdits(Root, 9, [new TextEdit(5, 0, ", dear")]);
        document.ApplyTextEdits(Root, 7, [new TextEdit(0, 1, "H")]);
        Assert.Equal([new AuthoredRun(7, 0, 5), new AuthoredRun(9, 5, 6), new AuthoredRun(7, 11, 6)], document.Authors(Root));
    }

    [Fact]
    public void Anchors_move_with_their_text()
    {
        using var document = new YDocument();
        document.ApplyTextEdits(Root, 1, [new TextEdit(0, 0, "hello world")]);
        var before = document.Anchor(Root, 6);
        var after = document.Anchor(Root, 6, assoc: -1);
        document.ApplyTextEdits(Root, 2, [new TextEdit(0, 0, ">> "), new TextEdit(6, 0, "my ")]);
        Assert.Equal(12, document.Resolve(before));
        Assert.Equal(9, document.Resolve(after));
        document.ApplyTextEdits(Root, 2, [new TextEdit(9, 8, "")]);
        Assert.Equal(9, document.Resolve(before));
        Assert.Null(document.Resolve(new RelativePosition { Id = (99, 0) }));
    }

    [Fact]
    public void Deleted_content_is_discarded_and_its_room_used_again()
    {
        using var document = new YDocument();
        for (var round = 0; round < 200; round++)
        {
            document.ApplyTextEdits(Root, 1, [new TextEdit(0, 0, new string('x', 1000))]);
            document.ApplyTextEdits(Root, 1, [new TextEdit(0, 1000, "")]);
        }
        Assert.Equal(0, document.ContentBytes);
        Assert.True(document.ItemCount <= 2);
    }

    private static List<TextEdit> RandomEdits(Random random, string text)
    {
        var edits = new List<TextEdit>();
        for (var at = 0; at <= text.Length && edits.Count < 3;)
        {
            at += random.Next(Math.Max(1, text.Length));
            if (at < text.Length && char.IsLowSurrogate(text[at])) at++;
            if (at > text.Length) break;
            var end = random.Next(2) == 0 ? at : Math.Min(text.Length, at + random.Next(12));
            if (end < text.Length && end > at && char.IsLowSurrogate(text[end])) end++;
            edits.Add(new TextEdit(at, end - at, random.Next(4) == 0 ? "" : random.Next(3) switch { 0 => "ab", 1 => "é漢", _ => "😀" }));
            at = end + 1;
        }
        return edits;
    }
}
