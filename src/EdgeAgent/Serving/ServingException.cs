using Microsoft.AspNetCore.Http;

namespace EdgeAgent.Serving;

/// <summary>A request that is not answered as it wishes: what is wrong with it, and what would be right.</summary>
internal sealed class ServingException(string message, int status = StatusCodes.Status400BadRequest) : Exception(message)
{
    public int Status => status;
}
