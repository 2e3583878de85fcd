using System.Buffers;
using System.Security.Cryptography;
using CollabHub.Domain.Editing;

namespace CollabHub.Tests.Unit.Editing;

public class HashingWriterTests
{
    [Fact]
    public void Length_and_hash_are_those_of_the_whole_however_it_came()
    {
        var bytes = new byte[200_000];
        new Random(5).NextBytes(bytes);
        using var writer = new HashingWriter();
        writer.Write(bytes.AsSpan(0, 10));
        writer.Advance(0);
        bytes.AsSpan(10, 70_000).CopyTo(writer.GetSpan(70_000));
        writer.Advance(70_000);
        writer.Write(bytes.AsSpan(70_010));
        Assert.Equal(bytes.Length, writer.Length);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), writer.TakeHash());
    }
}
