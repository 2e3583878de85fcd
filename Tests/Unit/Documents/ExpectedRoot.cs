using System.Text.Json;
using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>Compares what a reader of a root sees with what a vector says.</summary>
internal static class ExpectedRoot
{
    public static void Check(YDocument document, string root, JsonElement expected, string at)
    {
        switch (expected.GetProperty("kind").GetString())
        {
            case "text":
                Vectors.Same(expected.GetProperty("text").GetString()!, document.GetText(root), $"text {root}, {at}");
                Assert.Equal(expected.GetProperty("length").GetInt64(), document.TextLength(root));
                break;
        }
    }
}
