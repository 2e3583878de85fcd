using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>A quarter of a million real edits.</summary>
public class TraceTests
{
    private static readonly Trace Paper = new("automerge-paper");

    [Fact]
    public void Applied_one_by_one_it_ends_in_the_recorded_text_and_state()
    {
        using var document = new YDocument();
        foreach (var update in Paper.Updates)
            if (!document.Apply(update.Span).Changed) Assert.Fail("An update brought nothing.");
        Assert.Equal(Paper.Fact("finalSha256"), Trace.Hash(document.GetText(Paper.Root)));
        Assert.Equal(Paper.Facts.GetProperty("finalLength").GetInt64(), document.TextLength(Paper.Root));
        Assert.Equal(Paper.Fact("stateVector"), Convert.ToBase64String(document.EncodeStateVector()));
        Assert.Equal(Paper.Fact("stateNormalSha256"), Trace.Hash(Updates.Normalize(document.EncodeStateAsUpdate())));
    }

    [Fact]
    public void Merged_without_a_document_it_is_the_same_history()
    {
        var merged = Updates.Merge(Paper.Updates);
        Assert.Equal(Paper.Fact("stateVector"), Convert.ToBase64String(Updates.StateVectorOf(merged).Encode()));
        using var document = new YDocument();
        Assert.True(document.Apply(merged).Ok);
        Assert.Equal(Paper.Fact("finalSha256"), Trace.Hash(document.GetText(Paper.Root)));
        Assert.Equal(Paper.Fact("stateNormalSha256"), Trace.Hash(Updates.Normalize(document.EncodeStateAsUpdate())));
    }

    [Fact]
    public void Replayed_as_own_edits_it_ends_in_the_recorded_text_here_and_at_a_receiver()
    {
        using var author = new YDocument();
        using var receiver = new YDocument();
        foreach (var edit in Paper.Edits)
        {
            var update = author.ApplyTextEdits(Paper.Root, 77, [edit]);
            if (!receiver.Apply(update).Changed) Assert.Fail("An update brought nothing.");
        }
        Assert.Equal(Paper.Fact("finalSha256"), Trace.Hash(author.GetText(Paper.Root)));
        Assert.Equal(Paper.Fact("finalSha256"), Trace.Hash(receiver.GetText(Paper.Root)));
        Assert.Equal(Convert.ToBase64String(author.EncodeStateVector()), Convert.ToBase64String(receiver.EncodeStateVector()));
    }
}
