using System.Buffers.Binary;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Options;

namespace CollabHub.Tests.Unit.Accounts;

public class PasswordHashingTests
{
    [Fact]
    public async Task A_hash_is_PBKDF2_with_SHA512_and_the_configured_rounds()
    {
        using var hashing = New(12_345);
        var bytes = Convert.FromBase64String(await hashing.HashAsync("correct horse", default));
        Assert.Equal(1, bytes[0]); // Identity's format 3
        Assert.Equal(2u, BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1))); // HMAC-SHA512
        Assert.Equal(12_345u, BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5)));
        Assert.True(BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(9)) >= 16);
    }

    [Fact]
    public async Task Only_the_password_itself_is_correct()
    {
        using var hashing = New(10_000);
        var hash = await hashing.HashAsync("correct horse", default);
        Assert.True((await hashing.CheckAsync(hash, "correct horse", default)).IsCorrect);
        Assert.False((await hashing.CheckAsync(hash, "correct horse ", default)).IsCorrect);
        Assert.False((await hashing.CheckAsync(null, "correct horse", default)).IsCorrect);
        Assert.NotEqual(hash, await hashing.HashAsync("correct horse", default));
    }

    [Fact]
    public async Task More_rounds_make_a_better_hash_at_the_next_sign_in()
    {
        using var weak = New(10_000);
        using var strong = New(20_000);
        var hash = await weak.HashAsync("correct horse", default);
        Assert.Null((await weak.CheckAsync(hash, "correct horse", default)).BetterHash);
        Assert.Null((await strong.CheckAsync(hash, "wrong", default)).BetterHash);
        var better = (await strong.CheckAsync(hash, "correct horse", default)).BetterHash;
        Assert.NotNull(better);
        Assert.Equal(new(true, null), await strong.CheckAsync(better, "correct horse", default));
    }

    private static PasswordHashing New(int iterations) => new(
        Microsoft.Extensions.Options.Options.Create(new AuthOptions { PasswordIterations = iterations }),
        Microsoft.Extensions.Options.Options.Create(new LimitsOptions()));
}
