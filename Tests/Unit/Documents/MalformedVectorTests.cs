using System.Text.Json;
using CollabHub.Domain.Documents;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>Broken and hostile updates are refused with a named error and change nothing.</summary>
[Trait("Category", "Vectors")]
public class MalformedVectorTests
{
    public static TheoryData<string> Files => Vectors.Files("malformed");

    [Theory]
    [MemberData(nameof(Files))]
    public void Broken_updates_are_refused_and_leave_the_document_as_it_was(string file) => Vectors.ForEach(file, "vectors", Refuse);

    [Theory]
    [MemberData(nameof(Files))]
    public void Unusual_but_valid_updates_are_accepted(string file) => Vectors.ForEach(file, "accept", one =>
    {
        using var document = Base();
        Assert.Equal(DecodeError.None, document.Apply(one.Base64("update")).Error);
        Assert.Equal(one.GetProperty("yjs").GetProperty("pending").GetBoolean(), document.HasPending);
        if (one.GetProperty("yjs").TryGetProperty("text", out var text)) Assert.Equal(text.GetString(), document.GetText("t"));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Mutated_updates_do_no_harm(string file) => Vectors.ForEach(file, "robustness", one =>
    {
        using var document = Base();
        document.Apply(one.Base64("update"));
        using var copy = new YDocument();
        Assert.Equal(DecodeError.None, copy.Apply(document.EncodeStateAsUpdate()).Error);
        Assert.Equal(Vectors.Normal(document.EncodeStateAsUpdate()), Vectors.Normal(copy.EncodeStateAsUpdate()));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Broken_state_vectors_are_refused(string file) => Vectors.ForEach(file, "stateVectors", one =>
    {
        var ok = StateVector.TryDecode(Convert.FromHexString(one.GetProperty("hex").GetString()!), out _, out var error);
        var errors = one.GetProperty("errors");
        Assert.Equal(errors.ValueKind == JsonValueKind.Null, ok);
        if (!ok) Assert.Contains(error.ToString(), errors.EnumerateArray().Select(e => e.GetString()));
    });

    private static YDocument Base()
    {
        var document = new YDocument();
        document.ApplyTextEdits("t", 1_000_000, [new TextEdit(0, 0, "BASE")]);
        return document;
    }

    private static void Refuse(JsonElement one)
    {
        using var document = Base();
        var before = Convert.ToBase64String(document.EncodeStateAsUpdate());
        var result = document.Apply(one.Base64("update"));
        var errors = one.GetProperty("errors").EnumerateArray().Select(e => e.GetString()).ToList();
        if (result.Ok || (errors[0] != "*" && !errors.Contains(result.Error.ToString()))) Assert.Fail($"{result.Error} instead of {string.Join(" or ", errors)}");
        Assert.False(result.Changed);
        Assert.Equal(before, Convert.ToBase64String(document.EncodeStateAsUpdate()));
        Assert.False(document.HasPending);
    }
}
