namespace CollabHub.Domain.Access;

/// <summary>One call of a use case: who asks, and from where.</summary>
/// <param name="Actor">The account, or nobody.</param>
/// <param name="Origin">For the audit row.</param>
public sealed record Call(Actor Actor, CallOrigin Origin)
{
    /// <summary>The account; throws for an anonymous caller, which every mutating route rules out.</summary>
    public UserId User => Actor.User ?? throw new InvalidOperationException("This use case needs a signed-in caller.");
}
