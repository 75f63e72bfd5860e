// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// Pays native coin from inside a contract, as exchanges and contract wallets do: the payee appears in no transaction.
contract Payer {
    error PaymentFailed(address to);
    error LengthMismatch();

    /// Forwards everything that came with the call.
    function pay(address payable to) external payable {
        send(to, msg.value);
    }

    /// Pays each its own amount, in wei; what is left of the value goes back to the caller.
    function payMany(address payable[] calldata to, uint256[] calldata amounts) external payable {
        if (to.length != amounts.length) revert LengthMismatch();
        for (uint256 i = 0; i < to.length; i++) {
            send(to[i], amounts[i]);
        }
        if (address(this).balance != 0) send(payable(msg.sender), address(this).balance);
    }

    /// As `pay`, with no more gas than the stipend of 2300 that comes with a value.
    function payWithStipend(address payable to) external payable {
        (bool ok,) = to.call{value: msg.value, gas: 0}("");
        if (!ok) revert PaymentFailed(to);
    }

    function send(address payable to, uint256 amount) private {
        (bool ok,) = to.call{value: amount}("");
        if (!ok) revert PaymentFailed(to);
    }
}
