using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Documents;

public class UpdateSplittingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public void The_parts_say_what_the_whole_says(int bytes)
    {
        using var document = new YDocument();
        var random = new Random(5);
        for (var i = 0; i < 400; i++)
        {
            var length = document.GetText(FileRoom.TextRoot).Length;
            var at = random.Next(length + 1);
            document.ApplyTextEdits(FileRoom.TextRoot, 1 + (i % 5), [new TextEdit(at, Math.Min(random.Next(3), length - at), $"{i},")]);
        }
        var whole = document.EncodeStateAsUpdate();
        var parts = UpdateSplitting.Split(whole, bytes);
        using var replica = new YDocument();
        foreach (var part in parts) Assert.Equal(DecodeError.None, replica.Apply(part.Span).Error);
        Assert.Equal(document.GetText(FileRoom.TextRoot), replica.GetText(FileRoom.TextRoot));
        Assert.Equal(whole, replica.EncodeStateAsUpdate());
        Assert.Equal(whole.Length <= bytes, parts.Count == 1);
        // A struct of this document and its block have at most 40 bytes; deletions come with the last part.
        Assert.All(parts.SkipLast(1), part => Assert.InRange(part.Length, 1, bytes + 60));
    }

    [Fact]
    public void What_is_small_stays_as_it_is()
    {
        var update = new byte[] { 0, 0 };
        Assert.True(Assert.Single(UpdateSplitting.Split(update, 2)).Span.SequenceEqual(update));
    }
}
